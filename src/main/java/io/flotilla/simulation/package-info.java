/**
 * The real policies, scheduler and actors in a scripted world, on time that passes only when everything due has been done. Nothing
 * is dialled. One thread does everything, and the same scenario always gives the same outcome, to the byte.
 */
@NullMarked
package io.flotilla.simulation;

import org.jspecify.annotations.NullMarked;
