import { misplaced } from '../../../dsl/messages/syntax.ts';
import type { Builtin } from '../builtin.ts';
import { fail } from '../frame.ts';

/** Text is no tensor: `print` takes it from the run. Anywhere else it has no meaning. */
export const generateBuiltins: readonly Builtin[] = [
  {
    name: 'generate',
    doc: 'generate(net, "ROMEO:", n = 200, temperature = 1, top_k = 0): the prompt and n tokens after it, drawn from the scores of a model of text; in `print`.',
    params: ['model', 'prompt', 'n?', 'temperature?', 'top_k?'],
    readsSyntax: true,
    call: ({ frame, span }) => fail(frame, misplaced, span, ['generate', 'in a `print` of a train block']),
  },
];
