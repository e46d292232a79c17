@NullMarked
package tickwatch.ipc.codec;

import org.jspecify.annotations.NullMarked;
