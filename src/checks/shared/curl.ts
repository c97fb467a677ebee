/** What the exit statuses of curl mean that tell of a server, and not of a failure of curl itself. */
export const CURL_WORDS: Readonly<Record<number, string>> = {
  1: 'the URL does not begin with http or https',
  3: 'the URL is malformed',
  5: 'the name of its proxy cannot be resolved',
  6: 'its name cannot be resolved',
  7: 'connection refused',
  28: 'no answer within 5 s',
  35: 'the TLS handshake failed',
  52: 'it closed the connection without an answer',
  56: 'the connection broke',
  55: 'the connection broke',
  18: 'the answer was truncated',
  16: 'the connection broke',
  92: 'the connection broke',
  51: 'its certificate is for another name',
  58: 'it asks for a client certificate',
  60: 'its certificate is not trusted',
};
