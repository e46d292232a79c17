/** Tests of the language; {@link tickwatch.q.TranscriptTest} runs the transcripts. */
@NullMarked
package tickwatch.q;

import org.jspecify.annotations.NullMarked;
