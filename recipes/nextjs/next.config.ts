import type { NextConfig } from 'next';

// As `create-next-app` writes it: what a page reads of the request stands within <Suspense>.
const nextConfig: NextConfig = { cacheComponents: true, partialPrefetching: true };

export default nextConfig;
