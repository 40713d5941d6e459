/** The outbound HTTP client of the commands, where no server runs that could do it. */
import axios from 'axios';
import { HttpError } from '../core/errors.ts';
import type { Http } from '../core/ports.ts';

const TIMEOUT_MS = 20_000;
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

export const http: Http = async ({ method, url, headers, body, timeoutMs = TIMEOUT_MS, signal }) => {
  try {
    const answer = await axios.request<string>({
      method,
      url,
      headers,
      data: body,
      timeout: timeoutMs,
      signal,
      responseType: 'text',
      maxRedirects: 0,
      validateStatus: () => true,
    });
    const flat = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
    return { status: answer.status, headers: Object.fromEntries(flat), text: answer.data };
  } catch (error) {
    // Axios' own error quotes the request, whose URL may hold a token.
    const code = (axios.isAxiosError(error) && error.code) || 'UNKNOWN';
    throw new HttpError(`The server could not be reached (${code}).`, !NEVER_SENT.has(code));
  }
};
