import { redirect } from 'next/navigation';
import { auth, signOut } from '@/auth';

export default async function Home() {
  const session = await auth();
  if (!session) redirect('/login');
  return (
    <main>
      <h1>Hello {session.user?.name}</h1>
      <form
        action={async () => {
          'use server';
          await signOut({ redirectTo: '/login' });
        }}
      >
        <button type="submit">Sign out</button>
      </form>
    </main>
  );
}
