import { SignIn } from '@beckon/widget/react';
import { redirect } from 'next/navigation';
import { auth } from '@/auth';

export default async function Login() {
  if (await auth()) redirect('/');
  return (
    <main>
      <SignIn server={process.env.AUTH_BECKON_ISSUER!} requestUrl="/login/request" />
    </main>
  );
}
