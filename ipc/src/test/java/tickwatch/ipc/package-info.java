@NullMarked
package tickwatch.ipc;

import org.jspecify.annotations.NullMarked;
