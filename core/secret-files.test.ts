import { expect, it } from 'vitest';
import { DEPLOYMENT_SECRETS, secretsFromFiles } from './secret-files.ts';

const FILES: Record<string, string> = {
  '/run/key': 'sk-1\n',
  '/run/windows': 'sk-2\r\n',
  '/run/spaced': ' two words \n\n',
  '/run/empty': '\n',
  '/run/long': 'x'.repeat(100_000),
};

function read(file: string): string {
  const text = FILES[file];
  if (text === undefined) throw Object.assign(new Error(`no ${file}`), { code: 'ENOENT' });
  return text;
}

const found = (environment: Record<string, string>) =>
  secretsFromFiles(
    environment,
    [...DEPLOYMENT_SECRETS, { env: 'TELEGRAM_BOT_TOKEN', secret: true, perAccount: true }],
    read,
  );

it('reads the deployment’s secrets and the accounts’, without the line’s end', () => {
  expect(
    found({
      OPENAI_API_KEY_FILE: '/run/key',
      MONGODB_URL_FILE: ' /run/windows ',
      CRM_TELEGRAM_BOT_TOKEN_FILE: '/run/key',
      CREDENTIAL_SECRET_FILE: '/run/spaced',
    }),
  ).toEqual({
    OPENAI_API_KEY: 'sk-1',
    MONGODB_URL: 'sk-2',
    CRM_TELEGRAM_BOT_TOKEN: 'sk-1',
    CREDENTIAL_SECRET: ' two words \n',
  });
});

it('leaves alone what is no secret of ours', () => {
  const others = {
    PORT_FILE: '/run/key',
    SSL_CERT_FILE: '/gone',
    MY_CREDENTIAL_SECRET_FILE: '/gone',
    REDIS_URL_FILE: '',
  };
  expect(found(others)).toEqual({});
});

it.each([
  [{ OPENAI_API_KEY: 'sk-0', OPENAI_API_KEY_FILE: '/run/key' }, /OPENAI_API_KEY and OPENAI_API_KEY_FILE are both set/],
  [{ REDIS_URL_FILE: '/gone' }, /REDIS_URL_FILE names cannot be read \(ENOENT\)/],
  [{ REDIS_URL_FILE: '/run/empty' }, /is empty/],
  [{ REDIS_URL_FILE: '/run/long' }, /is too long for a secret/],
])('says what is wrong, and nothing of the content: %j', (environment, sentence) => {
  expect(() => found(environment as Record<string, string>)).toThrow(sentence);
  expect(() => found(environment as Record<string, string>)).not.toThrow(/sk-|xxx/);
});
