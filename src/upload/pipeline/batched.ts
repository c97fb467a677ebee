/** How single questions are gathered into calls. */
interface BatchOptions {
  /** Of one call. */
  readonly most: number;
  /** How long the first question waits for others. */
  readonly delayMs: number;
}

/**
 * A function that asks for one thing and gets its own answer, while what is asked within a moment goes out as one call.
 *
 * @param call answers in the order of the questions; where it rejects, so does each question of that call
 */
export function batched<Question, Answer>(
  call: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  { most, delayMs }: BatchOptions,
): (question: Question) => Promise<Answer> {
  let waiting: { question: Question; answer: PromiseWithResolvers<Answer> }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = async () => {
    clearTimeout(timer);
    const batch = waiting;
    waiting = [];
    try {
      const answers = await call(batch.map(({ question }) => question));
      for (const [index, { answer }] of batch.entries()) answer.resolve(answers[index] as Answer);
    } catch (error) {
      for (const { answer } of batch) answer.reject(error);
    }
  };
  return (question) => {
    const answer = Promise.withResolvers<Answer>();
    waiting.push({ question, answer });
    if (waiting.length >= most) void flush();
    else if (waiting.length === 1) timer = setTimeout(flush, delayMs);
    return answer.promise;
  };
}
