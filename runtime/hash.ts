import type { Program } from '../compiler/ir/program.ts';
import type { Plan } from '../compiler/plan.ts';

/** SHA-256, in hexadecimal. */
export async function sha256(content: string | Uint8Array): Promise<string> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * What a checkpoint must agree on to be continued: kernels, memory layout, and how the data is cut. How long
 * to train, when to stop and what to save may change; so may places in the source text.
 */
export async function programHash(program: Program, plan: Plan): Promise<string> {
  const { name, datasets, params, running, states, fitted, blocks, quantities, fit, evaluate } = plan;
  const text = JSON.stringify(
    { program, name, datasets, params, running, states, fitted, blocks, quantities, fit, evaluate },
    (key, value: unknown) => (key === 'span' || key === 'nodes' ? undefined : value),
  );
  return (await sha256(text)).slice(0, 16);
}
