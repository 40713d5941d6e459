/** The knowledge: its files and passages, what is found and why, what nobody could answer, what was quoted. */
import { engine } from '../../current.ts';
import { readBytes } from '../respond.ts';
import type { Route } from '../routes.ts';

const base = { type: 'string', minLength: 1, maxLength: 200 };
const file = { type: 'string', minLength: 1, maxLength: 1_000, description: 'Its path in the base, with /.' };
const FILE_QUERY = { type: 'object', required: ['file'], additionalProperties: false, properties: { file } };

export const knowledgeRoutes: Route[] = [
  {
    method: 'get',
    path: '/knowledge',
    need: 'dragoman.read',
    summary: 'All knowledge bases with the number of their files and passages, and which files may be put there.',
    handle: async () => ({ bases: await engine().knowledgeDesk.bases(), ...engine().knowledgeDesk.limits() }),
  },
  {
    method: 'get',
    path: '/knowledge/bases/:base/files',
    need: 'dragoman.read',
    summary: 'The files of a base, what was made of each, and what could not be read and why.',
    handle: async ({ params }) => ({ files: await engine().knowledgeDesk.files(params.base!) }),
  },
  {
    method: 'put',
    path: '/knowledge/bases/:base/files',
    need: 'dragoman.manage',
    summary:
      'Puts a file into a base, over one of the same name; the body is the file itself. A base that is not there is made. Answers with what was made of it.',
    query: FILE_QUERY,
    async handle({ params, query, request }) {
      const { most } = engine().knowledgeDesk.limits();
      const content = await readBytes(request, most);
      return { file: await engine().knowledgeDesk.write(params.base!, query.file!, content) };
    },
  },
  {
    method: 'delete',
    path: '/knowledge/bases/:base/files',
    need: 'dragoman.manage',
    summary: 'Takes a file out of a base; its passages go with it.',
    query: FILE_QUERY,
    handle: ({ params, query }) => engine().knowledgeDesk.remove(params.base!, query.file!),
  },
  {
    method: 'get',
    path: '/knowledge/bases/:base/passages',
    need: 'dragoman.read',
    summary: 'The passages of one file, in its order.',
    query: FILE_QUERY,
    handle: async ({ params, query }) => ({
      passages: await engine().knowledgeDesk.passages(params.base!, query.file!),
    }),
  },
  {
    method: 'post',
    path: '/knowledge/bases/:base/search',
    need: 'dragoman.read',
    summary:
      'What a base says about a question, the best first: the score (the share of what was asked that a passage covers), which word stands for which, and what would be quoted without a model.',
    body: {
      type: 'object',
      required: ['question'],
      additionalProperties: false,
      properties: { question: { type: 'string', minLength: 1, maxLength: 2_000 } },
    },
    handle: ({ params, body }) => engine().knowledgeDesk.search(params.base!, body.question),
  },
  {
    method: 'get',
    path: '/knowledge/questions',
    need: 'dragoman.read',
    summary: 'Questions that nobody could answer, masked, those that ask the same together, the most asked first.',
    handle: () => engine().knowledgeDesk.questions(),
  },
  {
    method: 'delete',
    path: '/knowledge/questions/:id',
    need: 'dragoman.manage',
    summary: 'Takes a question and those that ask the same off the list.',
    handle: ({ params }) => engine().knowledgeDesk.dismiss(params.id!),
  },
  {
    method: 'post',
    path: '/knowledge/answers',
    need: 'dragoman.manage',
    summary: 'Makes a file of an answer, takes its question off the list, and tells at which place it is found now.',
    body: {
      type: 'object',
      required: ['base', 'title', 'text'],
      additionalProperties: false,
      properties: {
        base,
        question: { type: 'string', description: 'The id of one of the questions; absent: nobody asked yet.' },
        title: { type: 'string', minLength: 1, maxLength: 300 },
        text: { type: 'string', minLength: 1, maxLength: 20_000 },
        language: { type: 'string', pattern: '^([a-z]{2})?$' },
      },
    },
    handle: ({ body }) => engine().knowledgeDesk.answer({ language: '', ...body }),
  },
  {
    method: 'get',
    path: '/knowledge/quoted',
    need: 'dragoman.read',
    summary: 'How often the passages under a heading served an answer, the most quoted first.',
    query: { type: 'object', properties: { days: { type: 'integer', minimum: 1, maximum: 400, default: 30 } } },
    handle: async ({ query }) => ({ quoted: await engine().knowledgeDesk.quoted(Number(query.days ?? 30)) }),
  },
];
