import { redirect } from 'next/navigation';
import { connection } from 'next/server';
import { Suspense } from 'react';
import { auth, signOut } from '@/auth';

export default function HomePage() {
  return (
    <main>
      <Suspense>
        <Home />
      </Suspense>
    </main>
  );
}

async function Home() {
  await connection(); // not while Next.js prerenders: Auth.js reads cookies, and draws random bytes
  const session = await auth();
  if (!session) redirect('/login');
  return (
    <>
      <h1>Hello {session.user?.name}</h1>
      <form
        action={async () => {
          'use server';
          await signOut({ redirectTo: '/login' });
        }}
      >
        <button type="submit">Sign out</button>
      </form>
    </>
  );
}
