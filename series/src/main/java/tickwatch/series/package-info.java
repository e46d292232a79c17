/**
 * Numbers without a network: what generators, files, detectors and bulk runs share.
 *
 * <p>{@code random} ← {@code generate} ← {@code bulk}; {@code npy} and {@code detect} ← {@code
 * bulk}. Nothing here knows of a process, a table or a socket, and nothing needs a library at run
 * time.
 */
@NullMarked
package tickwatch.series;

import org.jspecify.annotations.NullMarked;
