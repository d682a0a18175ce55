import { SignIn } from '@beckon/widget/react';
import { redirect } from 'next/navigation';
import { connection } from 'next/server';
import { Suspense } from 'react';
import { auth } from '@/auth';

export default function LoginPage() {
  return (
    <main>
      <Suspense>
        <Login />
      </Suspense>
    </main>
  );
}

async function Login() {
  await connection(); // not while Next.js prerenders: Auth.js reads cookies, and draws random bytes
  if (await auth()) redirect('/');
  return <SignIn server={process.env.AUTH_BECKON_ISSUER!} requestUrl="/login/request" />;
}
