/** Short plain words that people do not take for each other. */
const WORDS: readonly string[] = `
acorn amber anchor apple apron arrow autumn badge bagel bamboo banana banjo barley barn basil basket beach
beacon beads bell bench berry birch bird biscuit blanket blossom boat book bottle bowl bread breeze brick bridge
brook broom brush bubble bucket button cabin cactus cake camel camera candle canoe canvas carpet carrot castle
cedar cello chair chalk cheese cherry circle citrus cliff clock cloud clover coast cobalt cocoa coffee comet
copper coral corn cotton cradle crayon cricket crystal cup curtain daisy dancer desert diamond dolphin donkey
door dragon drum eagle earth echo elbow ember engine falcon feather fern fiddle field finch flag flame flower
flute forest fossil fox frame garden garlic ginger glacier glass globe glove goat gold grape grass guitar hammer
harbor harp hazel hedge helmet heron hill honey horse house island ivory ivy jacket jasmine jelly jewel jungle
kettle key kite kitten ladder lake lamp lantern lemon leaf letter lilac lime linen lion lizard locket lotus
magnet mango maple marble market meadow melon mint mirror mitten moon moss motor mountain mouse nectar needle
nest nickel noodle north novel nutmeg oak oasis ocean olive onion opal orange orbit orchid otter oven owl oyster
paddle palm panda paper parrot peach pearl pebble pencil pepper piano pillow pine planet plum pocket pond poplar
potato prairie prism puzzle quartz quilt rabbit radio rain raven ribbon rice river robin rocket rose ruby saddle
saffron sail salmon sand scarf shadow shell shoe silver sketch snow sock spark spoon spring squash star stone
summer sun swan table tiger tulip tunnel turtle valley vanilla velvet violin wagon walnut water whale wheat
willow window winter wolf wool zebra
`
  .trim()
  .split(/\s+/);

/**
 * Two words that the browser and the app both show, so that the person knows which request they
 * confirm. `randomInt(below)` draws a whole number from 0 up to, not including, `below`.
 */
export function drawWords(randomInt: (below: number) => number): string {
  return [0, 1].map(() => WORDS[randomInt(WORDS.length)] ?? '').join(' ');
}
