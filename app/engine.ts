/** The composition root: builds the chat engine once a process, from settings, and gives it to plugins, nodes and pages. */
import path from 'node:path';
import { replaceFiles } from '../adapters/files/replace.ts';
import { openFolder } from '../adapters/knowledge/folder.ts';
import { type KnowledgeKept, startKnowledge } from '../adapters/knowledge/thread.ts';
import { loadDetectors } from '../adapters/language/detect-language.ts';
import { systemClock } from '../adapters/net/clock.ts';
import { createEgress, type Egress } from '../adapters/net/egress.ts';
import { createHttp } from '../adapters/net/http-client.ts';
import { createLoad, TURNS_AT_ONCE } from '../adapters/net/load.ts';
import { watchLoopLag } from '../adapters/net/loop-lag.ts';
import { createOtlp } from '../adapters/net/otlp.ts';
import { loadSpeller } from '../adapters/number-words/number-words.ts';
import { loadPersonalData } from '../adapters/personal-data/detector.ts';
import { maskLine, withoutKeys } from '../adapters/personal-data/mask-log.ts';
import { loadPhoneBook } from '../adapters/phones/load.ts';
import { encodeOpus } from '../adapters/sound/opus.ts';
import { toolsIn } from '../adapters/tools/folder.ts';
import { compileSchema } from '../adapters/tools/schema.ts';
import { createVoiceActivity } from '../adapters/voice-activity/voice-activity.ts';
import { type Answering, createAnswering } from '../core/answering/answering.ts';
import { createEnergyActivity } from '../core/calls/energy.ts';
import { describe } from '../core/errors.ts';
import { KNOWLEDGE_FILE } from '../core/folders.ts';
import type { SendError } from '../core/model.ts';
import type { Clock, Fleet, Http, Logger, News, PhoneBook, Rollouts, SpanSink, Store } from '../core/ports.ts';
import { createGateway, type Gateway } from '../core/sending/gateway.ts';
import { setting } from '../core/settings.ts';
import type { Detectors } from '../core/text/language.ts';
import { createLanes, type Lanes, TURN_DEADLINE_MS } from '../core/turns/lanes.ts';
import { tellTrouble } from './account/trouble.ts';
import { createAmong } from './among.ts';
import { type Calls, createCalls } from './calls/calls.ts';
import { createRecorder } from './calls/recorder.ts';
import { openRecording } from './calls/recordings.ts';
import { type Catalogue, createCatalogue } from './catalogue/catalogue.ts';
import { type Chats, createChats } from './chats/chats.ts';
import { crmOf } from './crm.ts';
import { createDependencies, type Dependencies } from './dependencies.ts';
import { createInbox, type Inbox } from './desk/inbox.ts';
import { keepMarked } from './desk/marking.ts';
import { mindedStore } from './desk/minded.ts';
import { createUploads, type Uploads } from './desk/uploads.ts';
import { createEmbedder } from './embedding.ts';
import { type Counting, createCounting } from './figures/counting.ts';
import { handOver } from './hand-over.ts';
import { createHandovers, type Handovers } from './handovers/handovers.ts';
import type { Host } from './host.ts';
import { createKnowledgeDesk, type KnowledgeDesk } from './knowledge/desk.ts';
import { createLacks } from './knowledge/lacks.ts';
import { createLive, type Live } from './live.ts';
import { createMasking, type Masking } from './masking.ts';
import { createHearing, type HearTurn } from './media.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createNotifier, type Notifier } from './notices.ts';
import { createOperator, type Operator } from './operator.ts';
import { createDispatch, type Dispatch } from './orders/dispatch.ts';
import { createDesk, type Desk } from './orders/figures.ts';
import { createIntake, type Intake } from './orders/intake.ts';
import { createWordings, type Wordings } from './orders/wording.ts';
import { createPeople, type People } from './people/people.ts';
import { createResponses, type Responses } from './people/responses.ts';
import { keepPruned, keepRecordingsPruned, retentionOf } from './people/retention.ts';
import { type AccountPolling, createPolling } from './polling.ts';
import { createReceive, type Receive } from './receive.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import { createRegistry, type Registry } from './registry.ts';
import { type StandIn, startStandIn } from './simulator/stand-in.ts';
import { createSpeech, type Speech } from './speech.ts';
import type { Stores } from './stores.ts';
import { createTraceRecorder, levelOf, type TraceRecorder } from './timeline/recorder.ts';
import { createTools, type Tools } from './tools/tools.ts';
import { turnLine } from './turn-log.ts';
import { createTurns, type Turns } from './turns.ts';
import { createMakeVoice, createSayIn, type SayIn } from './voice-notes.ts';

export interface Engine {
  clock: Clock;
  log: Logger;
  http: Http;
  /** The client for LLM, embedding and speech hosts. */
  egress: Egress;
  /** Hears and speaks, where something is set up for it. */
  speech: Speech;
  /** Puts a turn's voice notes into words, those that are none yet. */
  hear: HearTurn;
  /** Whether what this server was set up to ask answers now. */
  dependencies: Dependencies;
  /** Whether an answer is to be said. */
  sayIn: SayIn;
  store: Store;
  /** What this process knows of the others. */
  fleet: Fleet;
  masking: Masking;
  registry: Registry;
  gateway: Gateway;
  lanes: Lanes;
  turns: Turns;
  /** Stores what happens in turns. */
  recorder: TraceRecorder;
  answering: Answering;
  knowledge: KnowledgeKept;
  /** What people of the business see of the knowledge, and do with it. */
  knowledgeDesk: KnowledgeDesk;
  /** What the pharmacies' backend sells, as knowledge. */
  catalogue: Catalogue;
  tools: Tools;
  receive: Receive;
  polling: AccountPolling;
  calls: Calls;
  chats: Chats;
  refusals: Refusals;
  operator: Operator;
  inbox: Inbox;
  /** Files that colleagues send. */
  uploads: Uploads;
  people: People;
  /** What LLM providers keep. */
  responses: Responses;
  notices: Notifier;
  /** Customers who asked for a person. */
  handovers: Handovers;
  /** Takes in orders of shops, and sees to what is written about them. */
  intake: Intake;
  /** Loaded at its first use. */
  phoneBook(): Promise<PhoneBook>;
  /** Of languages; loaded at their first use. */
  detectors(): Promise<Detectors>;
  dispatch: Dispatch;
  /** Words messages about orders. */
  wordings: Wordings;
  /** Sums of what turns did. */
  metrics: Metrics;
  /** Counts what happens, by hour and account. */
  counting: Counting;
  /** Figures of that, and its switch. */
  desk: Desk;
  /** The platform stand-ins; undefined when switched off. */
  simulator: StandIn | undefined;
  /** Folder of everything that is written but the flows. */
  dataFolder: string;
  /** Flows that one process hands out to others; undefined where there is one only. */
  rollouts: Rollouts | undefined;
  /** What open pages are told. */
  live: Live;
  /** What this process tells the others, and hears of them; nothing where there is one only. */
  tell(news: News): void;
  onNews(listener: (news: News) => void): void;
  /** Takes no new turns, lets the running ones end, closes the store. */
  stop(): Promise<void>;
}

/** @param stores closed with the engine. @throws DragomanError SETTING_INVALID */
export function createEngine(host: Host, project: string, stores: Stores): Engine {
  const { log, tracker, dataFolder } = host;
  const { fleet, many, door, duties } = stores;
  const retention = retentionOf();
  const level = levelOf();
  const clock = host.clock ?? systemClock;
  const http = createHttp(clock);
  const crm = crmOf({ http, clock, log });
  const among = many && createAmong({ clock, machine: systemClock, log, fleet, duties, hints: many.hints });
  const tell = among?.tell ?? (() => {});
  const live = createLive({
    clock: systemClock,
    tellOthers: among && ((events) => among.tell({ kind: 'live', events })),
  });
  const store = mindedStore(stores.store, live.changed);
  const newsListeners = new Set<(news: News) => void>();
  const egress = createEgress(log);
  const registry = createRegistry((accountId, reason) => tell({ kind: 'trouble', accountId, reason }));
  const load = createLoad();
  const speech = createSpeech(host, egress, registry, loadSpeller);
  const hear = createHearing({ store, clock, http, log, speech, onNotice: () => notices.wake() });
  const turns = createTurns({
    ...{ store, clock, log, http, registry, tracker, hear, busy: load.busy, nodeName: host.nodeName },
    traced: level !== 'off',
  });
  const recorder = createTraceRecorder({ store, clock, log, level });
  turns.onEnd(recorder.ended);
  if (fleet.alone) void turns.lookBack();
  const masking = createMasking(store, loadPersonalData);
  const metrics = createMetrics();
  turns.onEnd((live, end) => metrics.turnEnded(live, end, clock.now()));
  const counting = createCounting({
    ...{ store, clock, machine: systemClock, log, turns, mask: maskLine, lag: watchLoopLag() },
    traces: tracesOf(egress, log),
  });
  turns.onEnd((live, end) => {
    const line = turnLine(live, end, clock.now());
    if (line) log.info(line);
  });
  const sharing = (work: 'orders' | 'notices') =>
    among && { isMine: () => among.isMine(work), tellOthers: () => tell({ kind: work }) };
  const notices = createNotifier({ store, clock, log, tracker, registry, crm, ...sharing('notices') });
  const tools = createTools({
    handOver: (live, reason) =>
      handOver({ store, clock, notices, handovers }, live, { by: 'model', reason, provider: live.provider }),
    ...{ store, clock, log, turns, notices, masking, project, dataFolder, plugins: host.toolPlugins },
    ...{ compile: compileSchema, maskLine, withoutKeys, personalData: loadPersonalData, toolsIn },
  });
  const lanes = createLanes({
    store,
    clock,
    log,
    get owner() {
      return fleet.id;
    },
    isGone: fleet.isGone,
    admit: load.admit,
    ready(accountId, conversationId) {
      const account = registry.account(accountId);
      if (!host.flowsRun() || registry.entry(accountId) === undefined || account?.enabled !== true) return false;
      // A caller is answered where his line is.
      return fleet.alone || (duties.turns && (!account.channel.live || calls.isHere(conversationId)));
    },
    starts: (nodeId) => registry.starter(nodeId) !== undefined,
    queueOf: (accountId) => registry.account(accountId)?.queue ?? '',
    limitOf: (accountId) => registry.account(accountId)?.timeoutMs ?? TURN_DEADLINE_MS,
    run: turns.run,
    onStored(turn) {
      notices.turnStored(turn);
      handovers.turnStored(turn);
      calls.turnStored(turn);
      if (turn.followUp) dispatch.wake();
    },
  });
  /** Wakes a lane at whichever process. */
  const waking = among?.lanes ?? lanes;
  const dispatch = createDispatch({ store, clock, log, registry, lanes: waking, ...sharing('orders') });
  const intake = createIntake({ store, clock, log, phoneBook: loadPhoneBook, onDue: dispatch.wake });
  const gateway = createGateway({
    store,
    clock,
    log,
    http,
    makeVoice: createMakeVoice(speech, encodeOpus),
    get owner() {
      return fleet.id;
    },
    isGone: fleet.isGone,
    mayAct: fleet.mayAct,
    account: registry.account,
    onAnswer(accountId, result) {
      const refused = !result.ok && result.failure === 'account';
      if (result.ok || refused) registry.setTrouble(accountId, refused ? result.error.message : null);
    },
    onEnded: counting.tried,
    onFailed: notices.wake,
    onFreed(...freed) {
      waking.wake(...freed);
      notices.wake();
      handovers.wake();
    },
  });
  const refusals = createRefusals({ store, clock, log });
  const onTrouble = (accountId: string, error: SendError | null | undefined, passing = false) => {
    const reason = error ? [error.message, error.action].filter(Boolean).join(' ') : null;
    if (!error || !reason || passing) registry.setTrouble(accountId, reason);
    else tellTrouble({ registry, notices, clock, log }, accountId, reason, { code: error.code });
  };
  const receive = createReceive({
    ...{ store, clock, log, registry, lanes: waking, turns, refusals },
    onAccepted: counting.accepted,
    onNotice: notices.wake,
    onHealth: (accountId, { error, passing }) => onTrouble(accountId, error, passing),
  });
  const calls = createCalls({
    ...{ store, clock, log, registry, receive, gateway, turns, speech, door, fleet, others: many?.hints },
    activity: setting('voiceActivity') === 'loudness' ? createEnergyActivity : createVoiceActivity(log),
    changes(tool) {
      const found = tools.box.find(tool);
      return found === undefined || found.sideEffect || found.confirm === true;
    },
    record: (callId) =>
      createRecorder(
        () => openRecording(dataFolder, callId),
        (error) => log.error(`Call ${callId} is recorded no further: ${describe(error)}`),
      ),
    onStages: metrics.sounded,
  });
  const chats = createChats({
    ...{ store, clock, log, registry, receive, gateway, turns, door },
    ...{ others: many?.hints, limits: many?.limits },
  });
  const polling = createPolling({ receive, refusals, http, clock, log, fleet, onRefused: onTrouble });
  const knowledge = startKnowledge({
    file: path.join(dataFolder, KNOWLEDGE_FILE),
    folder: host.knowledgeFolder,
    // What had no vectors gets them where the endpoint is another one now.
    embedder: createEmbedder(host, egress, registry, loadPersonalData, () => knowledge.look()),
    log,
  });
  const operator = createOperator({ store, gateway, registry, clock });
  const uploads = createUploads({ store, clock, registry, ownAddress: host.address });
  const lacks = createLacks({ store, clock, log, masking, byMeaning: knowledge.byMeaning });
  turns.onEnd(lacks.turnEnded);
  // Ended turns are remembered for what they say late. Whoever masks what was said in one comes before.
  turns.onEnd((live) => masking.forget(live));
  const simulator = setting('simulator') === 'off' ? undefined : startStandIn(clock);
  const responses = createResponses({ store, clock, log });
  const answering = createAnswering({ clock, log });
  const handovers = createHandovers({
    ...{ store, clock, log, registry, gateway, notices, answering, responses, personalData: loadPersonalData },
    ...sharing('notices'),
  });
  const people = createPeople({
    ...{ store, clock, turns, recorder, gateway, calls, chats, responses, dataFolder },
    tellOthers(forgotten) {
      tell({ kind: 'forgotten', ...forgotten });
      live.tell({ kind: 'conversations' });
    },
  });
  const pruning = { store, clock, log, people, responses, retention, dataFolder };
  const stopPruning = fleet.duty('retention', () => keepPruned(pruning));
  const stopMarking =
    many &&
    fleet.duty('marks', () => keepMarked({ store, unmarked: many.unmarked, fleet, clock, machine: systemClock, log }));
  const stopPruningFiles = many && keepRecordingsPruned(pruning);

  const inherit = async () => {
    await calls.restore();
    await gateway.sweep();
    await chats.recover();
  };
  among?.begin({
    ...{ lanes, admit: load.admit, flowsRun: host.flowsRun, letGo: turns.letGo, lookBack: turns.lookBack },
    hasMuchToDo: () => lanes.queued() >= TURNS_AT_ONCE,
    isOurs(conversationId, accountId) {
      const { inline, simulated } = registry.account(accountId) ?? {};
      return inline || simulated || calls.isHere(conversationId) || chats.isHere(conversationId);
    },
    sweep: () => Promise.all([lanes.sweep(), gateway.sweep()]),
    inherit: () => Promise.all([inherit(), lanes.sweep()]),
    wake: {
      orders: dispatch.wake,
      notices() {
        notices.wake();
        handovers.wake();
      },
    },
    hear(news) {
      if (news.kind === 'trouble') registry.setTrouble(news.accountId, news.reason, 'heard');
      if (news.kind === 'chat') chats.hear(news.conversationId, news.typing);
      if (news.kind === 'live') live.hear(news.events);
      if (news.kind === 'call' && news.owner !== fleet.id) calls.lost(news.callId);
      if (news.kind === 'forgotten') void people.letGo(news.conversations, news.calls);
      for (const told of newsListeners) told(news);
    },
  });

  // Accounts come with the flows; what waited for them goes on then.
  host.onFlowsStarted(() => {
    notices.flowsStarted();
    handovers.wake();
    chats.serve();
    if (!duties.turns) return;
    Promise.all([inherit(), lanes.sweep(), dispatch.switched()]).catch((error) =>
      log.error(`Waiting work could not be resumed: ${describe(error)}`),
    );
  });

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    await among?.stop();
    await Promise.all([stopPruning(), stopPruningFiles?.(), stopMarking?.()]);
    await polling.stop();
    await Promise.all([calls.stop(), chats.stop()]);
    await dispatch.stop();
    await handovers.stop();
    gateway.stop();
    await lanes.stop();
    await recorder.flush();
    await gateway.close();
    await notices.stop();
    await counting.stop();
    await lacks.stop();
    tracker.close();
    await knowledge.stop();
    live.stop();
    await simulator?.stop();
    await http.close();
    await egress.close();
    await stores.close();
  };
  return {
    clock,
    log,
    http,
    egress,
    speech,
    hear,
    dependencies: createDependencies({ registry, clock, egress, http }),
    sayIn: createSayIn(speech, log),
    store,
    fleet,
    masking,
    registry,
    gateway,
    lanes,
    turns,
    recorder,
    answering,
    knowledge,
    knowledgeDesk: createKnowledgeDesk({
      ...{ store, knowledge, clock, folder: openFolder(host.knowledgeFolder) },
      quoting: () => host.provider('extractive')?.create?.({ apiKey: '', baseUrl: '', model: '', kind: 'llm' }),
    }),
    catalogue: createCatalogue({
      ...{ http, replaceFiles, knowledgeFolder: host.knowledgeFolder, ownAddress: host.address },
      onWritten: knowledge.look,
    }),
    tools,
    receive,
    polling,
    calls,
    chats,
    refusals,
    operator,
    inbox: createInbox({ store, clock, http, registry, operator, live, uploads }),
    uploads,
    people,
    responses,
    notices,
    handovers,
    intake,
    phoneBook: loadPhoneBook,
    detectors: loadDetectors,
    dispatch,
    wordings: createWordings({ clock, log, generations: stores.generations, personalData: loadPersonalData }),
    metrics,
    counting,
    desk: createDesk({ store, clock, registry, dispatch }),
    simulator,
    dataFolder,
    rollouts: many?.rollouts,
    live,
    tell,
    onNews: (listener) => void newsListeners.add(listener),
    stop: () => (stopping ??= stop()),
  };
}

/** @throws DragomanError SETTING_INVALID */
function tracesOf(egress: Egress, log: Logger): SpanSink | undefined {
  const endpoint = setting('tracesUrl');
  const names = { headers: setting('tracesHeaders'), service: setting('tracesService') };
  return endpoint ? createOtlp({ endpoint, ...names, egress, machine: systemClock, log }) : undefined;
}
