/**
 * The software that `pnpm test:long` signs in with, beside what npm has: websites of `recipes/` on Apache, Python and
 * Ruby, as Debian packages them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PACKAGES = [
  // The program and its modules, without the service.
  'apache2-bin',
  'libapache2-mod-auth-openidc',
  'python3-authlib',
  'python3-flask',
  'python3-requests',
  'ruby',
  'ruby-omniauth-openid-connect',
  'puma',
];

/** Installs what is missing where this may be done without asking. @throws with what to do by hand. */
export function ensureDebianPackages(): void {
  if (missing().length === 0) return;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    console.log(`Installing the distribution’s packages: ${missing().join(', ')}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...missing()]]) {
      spawnSync('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env });
    }
  }
  const left = missing();
  if (left.length === 0) return;
  throw new Error(`test:long signs in with software of Debian’s, of which this machine lacks some.
  Debian, Ubuntu   sudo apt-get update && sudo apt-get install -y --no-install-recommends ${left.join(' ')}
  elsewhere        run test:long in a container of Debian, or test, which does without`);
}

function missing(): readonly string[] {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\\n', ...PACKAGES], {
    encoding: 'utf8',
  });
  // No output at all where there is no dpkg.
  const lines = (stdout ?? '').split('\n');
  return PACKAGES.filter((name) => !lines.includes(`${name} installed`));
}
