import { SignIn } from '@beckon/widget/react';
import { redirect } from 'next/navigation';
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
  if (await auth()) redirect('/');
  return <SignIn server={process.env.AUTH_BECKON_ISSUER!} requestUrl="/login/request" />;
}
