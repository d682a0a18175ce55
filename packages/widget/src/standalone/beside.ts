import { runningScript } from '../element/script-origin.ts';

/**
 * A classic script of another origin has no base for a relative import (HTML, "muted errors"), so the
 * address is made from the script element's. A module's own address is its base, and it knows no element.
 */
export function beside(name: string): string {
  return runningScript?.src ? new URL(name, runningScript.src).href : name;
}
