/**
 * Dragoman's store on MongoDB, for several processes at once. ADR 17 tells how a plan is one atomic step without transactions.
 *
 * - `collections.ts`, `documents.ts`, `indexes.ts`: what is kept, how core's records become documents, which indexes must be there
 * - `connection.ts`, `reader.ts`: the line, its times and errors; lists
 * - `view.ts`, `records*.ts`: what a plan sees: records that were loaded, and what it changed of them
 * - `commit.ts`, `steps.ts`: a plan's changes become one step; what a dead process left half done is finished or undone
 * - `counters.ts`, `vault.ts`, `journal.ts`, `remembered.ts`: caps and budgets, tokens, what tools did, hashes of the forgotten
 * - `inbox.ts` (webhooks, messages, conversations, turns, outbox), `orders.ts`, `calls.ts`, `notices.ts`: lists and counts
 * - `person.ts`, `responses.ts`, `prune.ts`: what is held of a person, erased, or past its time
 */
