import { register } from 'prom-client';
import { expect, test } from 'vitest';
import { createRegistry } from './metrics.ts';
import { createServerMetrics } from './server-metrics.ts';

test('a counter counts per set of labels', async () => {
  const registry = createRegistry();
  const requests = registry.counter({ name: 'beckon_requests_total', help: 'Requests.', labels: ['route', 'status'] });
  requests.add({ route: '/session', status: '201' });
  requests.add({ route: '/session', status: '201' }, 2);
  requests.add({ status: '404', route: 'none' });
  requests.add({ route: '/session', status: '201' }, -5);
  expect(await registry.expose()).toBe(
    `# HELP beckon_requests_total Requests.
# TYPE beckon_requests_total counter
beckon_requests_total{route="/session",status="201"} 3
beckon_requests_total{route="none",status="404"} 1
`,
  );
});

test('a gauge is read when exposed', async () => {
  const registry = createRegistry();
  let open = 1;
  registry.gauge({ name: 'beckon_sockets', help: 'Open.', read: () => open });
  open = 7;
  expect(await registry.expose()).toContain('\nbeckon_sockets 7\n');
});

test('a histogram counts cumulatively, a value on the bound included', async () => {
  const registry = createRegistry();
  const seconds = registry.histogram({ name: 'beckon_seconds', help: 'Time.', labels: ['route'], buckets: [0.1, 1] });
  for (const value of [0.05, 0.1, 0.5, 3]) seconds.observe({ route: '/a' }, value);
  expect(await registry.expose()).toContain(`# TYPE beckon_seconds histogram
beckon_seconds_bucket{le="0.1",route="/a"} 2
beckon_seconds_bucket{le="1",route="/a"} 3
beckon_seconds_bucket{le="+Inf",route="/a"} 4
beckon_seconds_sum{route="/a"} 3.65
beckon_seconds_count{route="/a"} 4
`);
});

test('two registries share nothing, and the default registry of the library stays empty', async () => {
  const [one, other] = [createRegistry(), createRegistry()];
  one.counter({ name: 'beckon_sweeps_total', help: 'Sweeps.' }).add({});
  other.counter({ name: 'beckon_sweeps_total', help: 'Sweeps.' });
  one.gauge({ name: 'beckon_sockets', help: 'Open.', read: () => 1 });
  one.histogram({ name: 'beckon_seconds', help: 'Time.', buckets: [1] }).observe({}, 1);
  expect(await one.expose()).toContain('\nbeckon_sweeps_total 1\n');
  expect(await other.expose()).toContain('\nbeckon_sweeps_total 0\n');
  expect(await other.expose()).not.toContain('beckon_sockets');
  expect(register.getMetricsAsArray()).toEqual([]);
});

test('a gauge that cannot be read fails the scrape', async () => {
  const registry = createRegistry();
  const read = (): number => {
    throw new Error('closed');
  };
  registry.gauge({ name: 'beckon_sockets', help: 'Open.', read });
  await expect(registry.expose()).rejects.toThrow('closed');
});

test('what is no finite number is not counted, and throws nothing', async () => {
  const registry = createRegistry();
  const counted = registry.counter({ name: 'beckon_counted_total', help: 'Counted.' });
  const seconds = registry.histogram({ name: 'beckon_seconds', help: 'Time.', buckets: [1] });
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    counted.add({}, value);
    seconds.observe({}, value);
  }
  counted.add({}, 2);
  expect(await registry.expose()).toContain('\nbeckon_counted_total 2\n');
  expect(await registry.expose()).toContain('\nbeckon_seconds_count 0\n');
});

test('labels that were not declared are not written, and long values are cut', async () => {
  const registry = createRegistry();
  const counted = registry.counter({ name: 'beckon_counted_total', help: 'Counted.', labels: ['x'] });
  const given = { x: 'v'.repeat(1_000), session_secret: 'TOP' };
  counted.add(given);
  expect(await registry.expose()).toContain(`\nbeckon_counted_total{x="${'v'.repeat(128)}"} 1\n`);
  expect(await registry.expose()).not.toContain('TOP');
});

test('a metric without labels reads 0 before anything happened', async () => {
  const registry = createRegistry();
  registry.counter({ name: 'beckon_sweeps_total', help: 'Sweeps.' });
  expect(await registry.expose()).toContain('\nbeckon_sweeps_total 0\n');
});

test('label values are escaped', async () => {
  const registry = createRegistry();
  const odd = registry.counter({ name: 'beckon_odd_total', help: 'A\\B\nC', labels: ['x'] });
  odd.add({ x: 'a"b\\c\nd' });
  expect(await registry.expose()).toContain(String.raw`beckon_odd_total{x="a\"b\\c\nd"} 1`);
  expect(await registry.expose()).toContain(String.raw`# HELP beckon_odd_total A\\B\nC`);
});

test('series are bounded: what comes after is counted together as other', async () => {
  const registry = createRegistry();
  const grown = registry.counter({ name: 'beckon_grown_total', help: 'Grown.', labels: ['x'], series: 3 });
  for (let n = 0; n < 100; n += 1) grown.add({ x: `v${n}` });
  grown.add({ x: 'v0' });
  expect((await registry.expose()).match(/^beckon_grown_total.*$/gm)).toEqual([
    'beckon_grown_total{x="v0"} 2',
    'beckon_grown_total{x="v1"} 1',
    'beckon_grown_total{x="other"} 98',
  ]);
});

test.each([
  ['sockets', 'not beckon_'],
  ['beckon_Sockets', 'not beckon_'],
])('a metric named %s is refused', (name, message) => {
  expect(() => createRegistry().gauge({ name, help: 'Open.', read: () => 0 })).toThrow(message);
});

test('a counter that does not end in _total is refused, and so is a doubled name', () => {
  const registry = createRegistry();
  expect(() => registry.counter({ name: 'beckon_requests', help: 'Requests.' })).toThrow('_total');
  registry.gauge({ name: 'beckon_sockets', help: 'Open.', read: () => 0 });
  expect(() => registry.gauge({ name: 'beckon_sockets', help: 'Open.', read: () => 0 })).toThrow('twice');
});

test("every line of the server's metrics is well-formed exposition text", async () => {
  const registry = createRegistry();
  const metrics = createServerMetrics(registry, {
    sockets: () => 1,
    watchedSessions: () => 2,
    heldPolls: () => 3,
    overdueRows: () => 4,
    storeBytes: () => 5,
    auditLag: () => 6,
  });
  metrics.transitions.add({ from: 'none', to: 'initialized', connector: 'wallet' });
  metrics.requests.add({ method: 'GET', route: '/session/:id/status', status: '200' });
  metrics.requestSeconds.observe({ route: '/session' }, 0.02);
  const sample = /^beckon_[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? (\d+(\.\d+)?|\+Inf)$/;
  const lines = (await registry.expose()).split('\n').filter((line) => line !== '');
  expect(lines.filter((line) => !/^# (HELP|TYPE) beckon_[a-z_]+ \S/.test(line) && !sample.test(line))).toEqual([]);
  expect(lines.length).toBeGreaterThan(20);
});
