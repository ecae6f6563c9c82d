import { hostText } from '../compiler/backends/js/host.ts';
import type { Needs } from '../compiler/backends/js/writer.ts';
import { hostSymbols, type Program } from '../compiler/ir/program.ts';

/** `gpuHosts`: the host scalars of an entry, as JavaScript. What they call is added to `needs`. */
export function gpuHostsText(program: Program, needs: Needs): string {
  const hosts = Object.values(program.entries)
    .filter((entry) => entry.hosts.length > 0)
    .map(({ name, hosts: all }) => `${JSON.stringify(name)}: [${all.map(({ expr }) => hostText(expr, needs)).join(', ')}]`); // prettier-ignore
  return `const gpuHosts = (entry, [${hostSymbols(program).join(', ')}]) => ({ ${hosts.join(', ')} })[entry] ?? [];`;
}
