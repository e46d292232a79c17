/** The page, its stream of events and its small API, over HTTP. */
@NullMarked
package tickwatch.dashboard.web;

import org.jspecify.annotations.NullMarked;
