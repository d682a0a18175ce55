import { isSignedInAs, story } from '../story.ts';

story(
  ['EMBED-REACT', 'SIGNIN-APPROVE'],
  'a React component that asks its backend',
  async ({ page, world, phone, signIn }) => {
    await page.goto(`${world.shop}/react`);
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
  },
);
