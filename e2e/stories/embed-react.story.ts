import { isSignedInAs, shows, story } from '../story.ts';

story(
  'a React component that asks its backend',
  shows('EMBED-REACT', 'SIGNIN-APPROVE'),
  async ({ page, world, phone, signIn }) => {
    await page.goto(`${world.shop}/react`);
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
  },
);
