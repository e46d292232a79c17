/** What people say of anomalies. */
@NullMarked
package tickwatch.detector.feedback;

import org.jspecify.annotations.NullMarked;
