import { ioCode } from '../../text/io-error.ts';
import { broken, ServerProblem } from './problem.ts';

const CERTIFICATE = /^(?:CERT_|UNABLE_TO_|ERR_TLS_CERT)|SELF_SIGNED/;
const NO_TLS = /^(?:EPROTO$|ERR_SSL_)/;
/** The parser's words for an answer that ends too soon. */
const CUT_SHORT = ['HPE_INVALID_EOF_STATE', 'HPE_CLOSED_CONNECTION'];
const BROKEN = ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE', ...CUT_SHORT];
const NO_ROUTE = ['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN'];

/** The connection broke while it was in use, as one does that the server had closed for its idleness. */
export const isBroken = (error: unknown): boolean => BROKEN.includes(ioCode(error) ?? '');

/** What an error of the network means for the server at that URL. */
export function problemOfError(error: unknown, url: string): ServerProblem {
  if (error instanceof ServerProblem) return error;
  const code = ioCode(error) ?? 'no code';
  if (CERTIFICATE.test(code))
    return new ServerProblem(
      'unreachable',
      `the certificate of ${url} is not trusted (${code}): if it is your own, name the file of its authority in NODE_EXTRA_CA_CERTS`,
    );
  if (NO_TLS.test(code))
    return new ServerProblem(
      'unreachable',
      `${url} does not use TLS: write http:// instead of https:// in the URL`,
    );
  if (code.startsWith('HPE_') && !isBroken(error))
    return new ServerProblem('not-immich', `${url} does not answer with HTTP: check the port in the URL`);
  return new ServerProblem('unreachable', sentence(code, url), { retryable: true });
}

function sentence(code: string, url: string): string {
  if (BROKEN.includes(code)) return broken(url);
  const failed = `cannot connect to ${url}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `${failed}: its name cannot be resolved (${code}): check the URL, the network and the VPN`;
  if (code === 'ECONNREFUSED')
    return `${failed}: connection refused (${code}): check that Immich is running (hsdoctor check --host SERVER), and the port in the URL`;
  const why =
    code === 'ETIMEDOUT' ? 'timed out' : NO_ROUTE.includes(code) ? 'no route to it' : 'unknown error';
  return `${failed}: ${why} (${code}): check the network and the VPN`;
}
