import type { BeckonConfig } from './beckon-config.ts';

/** Gives a configuration file its types; returns what it is given. */
export function defineConfig(config: BeckonConfig): BeckonConfig {
  return config;
}
