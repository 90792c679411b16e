import type { Inventory } from '../collect.ts'
import type { Problem } from '../problem.ts'

/** Adds every mistake of a definition to `problems`. */
export function checkInventory(
  inventory: Inventory,
  _names: { system: string; environment: string },
  problems: Problem[],
): void {
  if (inventory.services.length === 0) {
    problems.push({ code: 'x', place: 'x', message: 'none', next: '' })
  }
}
