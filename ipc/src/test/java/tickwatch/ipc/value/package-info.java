@NullMarked
package tickwatch.ipc.value;

import org.jspecify.annotations.NullMarked;
