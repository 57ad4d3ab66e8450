/** A headless Chromium that computes webgl and webgpu in software, so that it runs on any machine; or, for benchmarks, by the machine's own card. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const quiet = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']; // prettier-ignore
const software = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const webgpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
/** Time stamps as they are, not rounded to tenths of milliseconds. */
const stamps = '--disable-dawn-features=timestamp_quantization';
const hardware = [
  stamps,
  '--enable-unsafe-webgpu',
  '--use-angle=vulkan',
  '--enable-features=Vulkan',
  '--ignore-gpu-blocklist',
];
/** The best that the browser has. */
const graphics = { webgpu: [...software, ...webgpu], webgl: software, neither: ['--use-gl=disabled'], hardware } as const; // prettier-ignore

/** `CHROMIUM` names another one. @throws Error if there is none. */
export async function startBrowser(best: keyof typeof graphics): Promise<Browser> {
  const executablePath = [process.env['CHROMIUM'], ...places].find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined)
    throw new Error(
      'There is no Chromium here. Install it (Debian: apt-get install chromium), or give its path in CHROMIUM.',
    );
  return chromium.launch({
    executablePath,
    headless: true,
    args: [...quiet, ...graphics[best]],
  });
}
