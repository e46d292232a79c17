package tickwatch.q;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.Value;

/** Expressions with the bytes that a kdb+ made of them: evaluated here, they make the same. */
final class GoldenExpressionTest {
  private static final Path GOLDEN = Path.of("../ipc/src/test/resources/golden/qpython.txt");

  @TestFactory
  Stream<DynamicTest> everyExpressionMakesTheBytesThatKdbMade() throws IOException {
    List<String> lines = Files.readAllLines(GOLDEN, StandardCharsets.UTF_8);
    return lines.stream()
        .filter(line -> !line.startsWith("#") && line.indexOf('\t') > 0)
        // kdb+ defines some keywords in k, and sends that text; here they have none.
        .filter(line -> !line.contains("6b297b"))
        .map(line -> line.split("\t", -1))
        .map(parts -> DynamicTest.dynamicTest(parts[0], () -> check(parts[0], parts[1])));
  }

  private static void check(String expression, String hex) {
    if (hex.startsWith("80")) {
      byte[] word = HexFormat.of().parseHex(hex.substring(2, hex.length() - 2));
      assertThatThrownBy(() -> Transcript.interpreter().evaluate(expression))
          .isInstanceOfSatisfying(
              QError.class,
              e -> assertThat(e.word()).isEqualTo(new String(word, StandardCharsets.US_ASCII)));
      return;
    }
    Value value = Transcript.interpreter().evaluate(expression);
    ByteBuf golden = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
    ByteBuf out = Unpooled.buffer();
    ValueEncoder.encode(value, out);
    String bytes = ByteBufUtil.hexDump(out);
    if (!bytes.equals(hex)) {
      // NaNs of other bits are the same value; anything else is not.
      assertThat(value).isEqualTo(new ValueDecoder().decode(golden, true));
      assertThat(out.readableBytes()).as(bytes).isEqualTo(hex.length() / 2);
    }
  }
}
