@NullMarked
package tickwatch.dashboard.web;

import org.jspecify.annotations.NullMarked;
