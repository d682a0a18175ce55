import { expect, it } from 'vitest';
import type { ConnectorUnderTest } from './connector-under-test.ts';
import { openConnector } from './sign-in.ts';

/** Mistakes in the options are all told at once, each by its field, and never thrown. */
export function configurationCases(current: () => ConnectorUnderTest): void {
  it('finds nothing wrong with right options', () => {
    const { configure, options } = current();
    expect(configure(options).issues).toEqual([]);
  });

  it('names each option that is of a wrong type', () => {
    const { configure, options } = current();
    const unnamed = Object.keys(options).filter((name) => {
      const { issues } = configure({ ...options, [name]: Symbol('wrong') });
      return !issues.some(({ path }) => path.split('.')[0] === name);
    });
    expect(unnamed).toEqual([]);
  });

  it('names each option that is missing, or may do without it', () => {
    const { configure, options } = current();
    const misnamed = Object.keys(options).flatMap((name) => {
      const rest = Object.fromEntries(Object.entries(options).filter(([each]) => each !== name));
      return configure(rest).issues.filter(({ path }) => path.split('.')[0] !== name);
    });
    expect(misnamed).toEqual([]);
  });

  it('opens nothing with mistakes in its options', async () => {
    const { configure, options } = current();
    const { wire } = await openConnector(current());
    await expect(configure({ ...options, id: '' }).open(wire.context)).rejects.toThrow();
  });

  it('names an option that there is not: most of them are mistyped', () => {
    const { configure, options } = current();
    const { issues } = configure({ ...options, clinet_id: 'x' });
    expect(issues.map(({ path, message }) => `${path} ${message}`).join()).toContain('clinet_id');
  });

  it('names each option that is wrong in another way', () => {
    const { configure, options, mistakes } = current();
    const unnamed = mistakes.filter(
      ({ path, changes }) => !configure({ ...options, ...changes }).issues.some((issue) => issue.path === path),
    );
    expect(unnamed).toEqual([]);
  });

  it.each([{ id: 'Not an id!' }, { id: '' }, { names: { sv: 'Inget på engelska' } }])('refuses %j', (changes) => {
    const { configure, options } = current();
    const [name] = Object.keys(changes);
    const { issues } = configure({ ...options, ...changes });
    expect(issues.map(({ path, message }) => `${path} ${message}`).join('\n')).toContain(name);
  });

  it('refuses an address without TLS, except on a loopback host', () => {
    const { configure, options } = current();
    const accepted = Object.entries(options).filter(([name, value]) => {
      if (typeof value !== 'string' || !/^(http|ws):/.test(value)) return false;
      const remote = value.replace(/\/\/[^/]+/, '//provider.example');
      return !configure({ ...options, [name]: remote }).issues.some(({ path }) => path === name);
    });
    expect(accepted).toEqual([]);
  });

  it('repeats no value that it was given, and throws nothing', () => {
    const { configure, options, secrets } = current();
    const wrong = [undefined, null, 'text', 7, [], {}];
    expect(wrong.filter((each) => configure(each as never).issues.length === 0)).toEqual([]);
    const nested = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, { wrong: value }]));
    const said = JSON.stringify(configure(nested).issues);
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
  });
}
