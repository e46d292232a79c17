package tickwatch.rdb;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The bytes that qPython and PyKX send, and answers read by the rules of qPython's reader: a type
 * that it does not know is a failure. Neither is needed here.
 *
 * <p>What they send is stated as their sources write it. A Python string of one character goes as a
 * char atom, an int as an int or a long, {@code None} as the generic null, {@code numpy.bytes_} as
 * a symbol; the first of several arguments is the function, as text.
 *
 * <p>Source: {@code qconnection.py}, {@code qwriter.py} and {@code qreader.py} of
 * exxeleron/qPython; {@code ipc.py}, {@code ctx.py} and {@code query.py} of KxSystems/pykx.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class PythonBytesTest {
  private TestServer server = new TestServer();

  @BeforeEach
  void start() {
    server.letGo();
    server.trades(0, 4);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  // ---- qPython

  @Test
  void qPythonShakesHandsAndAsksInText() throws Exception {
    try (Python q = new Python(server.port(), ":", 3)) {
      assertThat(q.accepted).isEqualTo(3);

      q.send("01010000 11000000 0a00 03000000 312b31");

      assertThat(q.frame()).isEqualTo("01020000 11000000 f9 0200000000000000".replace(" ", ""));
      assertThat(q.ask(Python.string("exec price from trade where sym=`a")))
          .isEqualTo(List.of(0.0, 3.0));
    }
  }

  @Test
  void aTextOfOneCharacterComesAsACharAtom() throws Exception {
    try (Python q = new Python(server.port(), ":", 3)) {
      q.ask(Python.string("t:3 5"));

      q.send("01010000 0a000000 f6 74");

      assertThat(q.answer()).isEqualTo(List.of(3L, 5L));
    }
  }

  @Test
  void qPythonCallsFunctionsWithTypedArguments() throws Exception {
    try (Python q = new Python(server.port(), "joe:secret", 3)) {
      Object rows =
          q.ask(
              Python.list(
                  Python.string("{[s;n] n sublist select sym,price from trade where sym in s}"),
                  Python.symbols("a", "b"),
                  Python.integer(2)));
      Object between =
          q.ask(
              Python.list(
                  Python.string("{[from;to] count select from trade where time within (from;to)}"),
                  Python.timestamp(1_000_000_000L),
                  Python.timestamp(2_000_000_000L)));
      Object types =
          q.ask(
              Python.list(
                  Python.string("{[a;b;c;d;e;f;g;h] type each (a;b;c;d;e;f;g;h)}"),
                  Python.symbol("sym"),
                  Python.character('x'),
                  Python.string("xy"),
                  Python.integer(1),
                  Python.floats(1.5, 2.5),
                  Python.atom(-14, 4, 9_498),
                  Python.atom(-16, 8, 5L),
                  Python.none()));

      assertThat(rows).isEqualTo(Map.of("sym", List.of("a", "b"), "price", List.of(0.0, 1.0)));
      assertThat(between).isEqualTo(2L);
      assertThat(types)
          .isEqualTo(
              List.of(
                  (short) -11,
                  (short) -10,
                  (short) 10,
                  (short) -6,
                  (short) 9,
                  (short) -14,
                  (short) -16,
                  (short) 101));
    }
  }

  @Test
  void qPythonSendsLambdasProjectionsAndTables() throws Exception {
    try (Python q = new Python(server.port(), ":", 3)) {
      byte[] add = Python.join(Python.bytes("64 00"), Python.string("{x+y}"));
      byte[] projection = Python.join(Python.bytes("68 02000000"), add, Python.integer(3));
      byte[] table =
          Python.join(
              Python.bytes("62 00 63"),
              Python.symbols("s", "v"),
              Python.list(Python.symbols("x", "y"), Python.floats(1, 2)));

      assertThat(q.ask(Python.list(add, Python.integer(1), Python.integer(2)))).isEqualTo(3);
      assertThat(q.ask(Python.list(projection, Python.integer(4)))).isEqualTo(7);
      assertThat(q.ask(Python.list(Python.string("{exec v from x where s=`y}"), table)))
          .isEqualTo(List.of(2.0));
    }
  }

  @Test
  void everythingAnsweredIsOfATypeThatQPythonReads() throws Exception {
    try (Python q = new Python(server.port(), ":", 3)) {
      for (String text :
          List.of(
              "trade",
              "select by sym from trade",
              "meta trade",
              "`s#`a`b!1 2",
              "dom:`u`v;`dom$`u`v`u",
              "first `dom$`u`v",
              "(1b;0x01;1h;1i;1j;1e;1f;\"a\";`a;.z.p;2000.01m;.z.d;.z.z;0D1;01:02;01:02:03;01:02:03.004)",
              "(0N;0Nd;0n;`;0Ng;(::))",
              "{x+y}",
              "+",
              "{x+y}[1]",
              "(count')",
              "flip`a`b!(1 2;(\"x\";\"yz\"))")) {
        assertThat(q.ask(Python.string(text))).as(text).isNotNull();
      }
    }
  }

  @Test
  void anErrorIsRaisedWithItsWordAndTheConnectionGoesOn() throws Exception {
    try (Python q = new Python(server.port(), ":", 3)) {
      assertThatThrownBy(() -> q.ask(Python.string("1+`a")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("type");
      assertThatThrownBy(() -> q.ask(Python.list(Python.string("nobody"), Python.integer(1))))
          .hasMessage("nobody");
      assertThat(q.ask(Python.string("1+1"))).isEqualTo(2L);
    }
  }

  // ---- PyKX

  /** What PyKX asks of every name that Python reads from a connection; of {@code .q} at once. */
  private static final String CONTEXT =
      "k){x:. x;$[99h<@x;:`$\"_pykx_fn_marker\";99h~@x;if[` in!x;if[(::)~x`;:`$\"_pykx_ctx_marker\"]]]x}";

  @Test
  void pykxConnectsWithItsContextInterface() throws Exception {
    // Its C library offers messages of more than 2 GB.
    try (Python q = new Python(server.port(), ":", 6)) {
      assertThat(q.accepted).isEqualTo(3);

      assertThat(q.ask(Python.list(Python.string(CONTEXT), Python.symbol(".q"))))
          .isEqualTo("_pykx_ctx_marker");
      assertThat(q.ask(Python.list(Python.string("key"), Python.symbol(".q"))))
          .asInstanceOf(InstanceOfAssertFactories.LIST)
          .contains("neg", "each", "xasc");
      assertThat(q.ask(Python.list(Python.string(CONTEXT), Python.symbol(".Q.s1"))))
          .isEqualTo("_pykx_fn_marker");
      assertThatThrownBy(() -> q.ask(Python.list(Python.string(CONTEXT), Python.symbol(".nobody"))))
          .hasMessage(".nobody");
    }
  }

  @Test
  void pykxSetsAndGetsItsVariables() throws Exception {
    try (Python q = new Python(server.port(), ":", 6)) {
      assertThat(q.ask(Python.list(Python.string("set"), Python.symbol("n"), Python.number(5))))
          .isEqualTo("n");
      assertThat(q.ask(Python.list(Python.string("get"), Python.symbol("n")))).isEqualTo(5L);
      assertThat(q.ask(Python.list(Python.string("til"), Python.number(3))))
          .isEqualTo(List.of(0L, 1L, 2L));
      assertThat(q.ask(Python.list(Python.string("tables"), Python.symbol("."))))
          .isEqualTo(List.of("status", "trade"));
      assertThat(q.ask(Python.string("@[value;`.z.pg;{.z.pg:value}]"))).isNotNull();
    }
  }

  @Test
  void pykxBuildsItsQueriesFromTexts() throws Exception {
    byte[] all = Python.list(Python.string("{x}"), Python.list());
    byte[] none = Python.list(Python.string("{x}"), Python.atom(-1, 1, 0));
    try (Python q = new Python(server.port(), ":", 6)) {
      Object filtered =
          q.ask(
              Python.list(
                  Python.string("{[tab;x;y;z]?[ tab;value x;value y;value z]}"),
                  Python.symbol("trade"),
                  Python.list(
                      Python.string("{parse each x}"),
                      Python.list(Python.string("price>0"), Python.string("size<30"))),
                  none,
                  phrase("most", "max price")));
      Object updated =
          q.ask(
              Python.list(
                  Python.string("{[tab;x;y;z]![get tab;value x;value y;value z]}"),
                  Python.symbol("trade"),
                  all,
                  none,
                  phrase("price", "2*price")));

      assertThat(filtered).isEqualTo(Map.of("most", List.of(2.0)));
      assertThat(updated)
          .asInstanceOf(InstanceOfAssertFactories.MAP)
          .containsEntry("price", List.of(0.0, 2.0, 4.0, 6.0));
    }
  }

  /** One column, named, as PyKX turns a Python dict into a phrase. */
  private static byte[] phrase(String name, String text) {
    return Python.list(
        Python.string(
            "{\n  key[x]!{$[0=x 0;(::);1=x 0;parse;2=x 0;.[;enlist 0;eval];(::)] x 1}each value x\n }"),
        Python.join(
            Python.bytes("63"),
            Python.symbols(name),
            Python.list(Python.list(Python.number(1), Python.string(text)))));
  }

  @Test
  void pykxDebugsWithABacktrace() throws Exception {
    String debug =
        "{[pykxquery] .Q.trp[{[x] (0b; value x)}; pykxquery;{(1b;\"backtrace:\\n\",.Q.sbt y;x)}]}";
    try (Python q = new Python(server.port(), ":", 6)) {
      assertThat(q.ask(Python.list(Python.string(debug), Python.string("1+1"))))
          .isEqualTo(List.of(false, 2L));
      List<?> failed =
          (List<?>)
              requireNonNull(q.ask(Python.list(Python.string(debug), Python.string("{x+`a} 1"))));
      assertThat(failed.get(0)).isEqualTo(true);
      assertThat((String) failed.get(1)).startsWith("backtrace:\n").contains("{x+`a}");
      assertThat(failed.get(2)).isEqualTo("type");
    }
  }

  /** A client that writes and reads what those in Python do, byte by byte. */
  private static final class Python implements AutoCloseable {
    /** Bytes of an item by its type's number; 0 where it has no fixed length. */
    private static final int[] WIDTHS = {
      0, 1, 16, 0, 1, 2, 4, 8, 4, 8, 1, 0, 8, 4, 4, 8, 8, 4, 4, 4
    };

    private final Socket socket;
    private final DataInputStream in;
    final int accepted;

    Python(int port, String credentials, int capability) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(10_000);
      in = new DataInputStream(socket.getInputStream());
      socket
          .getOutputStream()
          .write((credentials + (char) capability + '\0').getBytes(StandardCharsets.ISO_8859_1));
      accepted = in.readByte();
    }

    // -- writing

    static byte[] bytes(String hex) {
      return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static byte[] join(byte[]... parts) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (byte[] part : parts) {
        out.writeBytes(part);
      }
      return out.toByteArray();
    }

    private static ByteBuffer little(int length) {
      return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] head(int type, int count) {
      return little(6).put((byte) type).put((byte) 0).putInt(count).array();
    }

    static byte[] atom(int type, int width, long item) {
      ByteBuffer out = little(1 + width).put((byte) type);
      return (width == 8
              ? out.putLong(item)
              : width == 4 ? out.putInt((int) item) : out.put((byte) item))
          .array();
    }

    static byte[] integer(int item) {
      return atom(-6, 4, item);
    }

    static byte[] number(long item) {
      return atom(-7, 8, item);
    }

    static byte[] timestamp(long nanos) {
      return atom(-12, 8, nanos);
    }

    static byte[] character(char item) {
      return atom(-10, 1, item);
    }

    static byte[] none() {
      return bytes("65 00");
    }

    static byte[] string(String text) {
      return join(head(10, text.length()), text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static byte[] symbol(String name) {
      return join(bytes("f5"), name.getBytes(StandardCharsets.ISO_8859_1), bytes("00"));
    }

    static byte[] symbols(String... names) {
      byte[] out = head(11, names.length);
      for (String name : names) {
        out = join(out, name.getBytes(StandardCharsets.ISO_8859_1), bytes("00"));
      }
      return out;
    }

    static byte[] floats(double... items) {
      byte[] out = head(9, items.length);
      for (double item : items) {
        out = join(out, little(8).putDouble(item).array());
      }
      return out;
    }

    static byte[] list(byte[]... items) {
      return join(head(0, items.length), join(items));
    }

    void send(String hex) throws IOException {
      socket.getOutputStream().write(bytes(hex));
    }

    @Nullable Object ask(byte[] value) throws IOException {
      byte[] header =
          little(8)
              .put((byte) 1)
              .put((byte) 1)
              .putShort((short) 0)
              .putInt(8 + value.length)
              .array();
      socket.getOutputStream().write(join(header, value));
      return answer();
    }

    // -- reading, by qPython's rules

    /** The next message in hex. */
    String frame() throws IOException {
      byte[] header = in.readNBytes(8);
      int length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
      return HexFormat.of().formatHex(join(header, in.readNBytes(length - 8)));
    }

    @Nullable Object answer() throws IOException {
      ByteBuffer frame = ByteBuffer.wrap(bytes(frame())).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(frame.get(0)).as("the byte order").isEqualTo((byte) 1);
      assertThat(frame.get(1)).as("the kind of message: a response").isEqualTo((byte) 2);
      frame.position(8);
      Object value = read(frame);
      assertThat(frame.remaining()).isZero();
      return value;
    }

    private static @Nullable Object read(ByteBuffer in) {
      int type = in.get();
      if (type == -128) {
        throw new IllegalStateException(name(in));
      }
      if (type < 0 && type >= -19 && type != -3) {
        return item(in, -type);
      }
      if (type >= 0 && type <= 19 && type != 3) {
        in.get();
        List<Object> out = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
          Object item = type == 0 ? read(in) : item(in, type);
          out.add(item == null ? "None" : item);
        }
        return type != 10 ? out : text(out);
      }
      return switch (type) {
        case 98 -> {
          in.get();
          assertThat(in.get()).isEqualTo((byte) 99);
          yield mapped(read(in), read(in));
        }
        case 99 -> {
          Object keys = read(in);
          Object values = read(in);
          yield keys instanceof Map ? List.of(keys, String.valueOf(values)) : mapped(keys, values);
        }
        case 100 -> {
          name(in);
          yield read(in);
        }
        case 101, 102, 103 -> in.get() == 0 && type == 101 ? "None" : "function";
        case 104, 105 -> {
          for (int left = in.getInt(); left > 0; left--) {
            read(in);
          }
          yield "function";
        }
        case 106, 107, 108, 109, 110, 111 -> {
          read(in);
          yield "function";
        }
        default -> throw new AssertionError("qPython cannot read type " + type);
      };
    }

    private static String text(List<Object> characters) {
      StringBuilder out = new StringBuilder();
      characters.forEach(out::append);
      return out.toString();
    }

    private static Object mapped(@Nullable Object keys, @Nullable Object values) {
      Map<String, Object> out = new TreeMap<>();
      List<?> names = (List<?>) requireNonNull(keys);
      for (int i = 0; i < names.size(); i++) {
        out.put(
            String.valueOf(names.get(i)),
            values instanceof List<?> list ? list.get(i) : String.valueOf(values));
      }
      return out;
    }

    private static Object item(ByteBuffer in, int type) {
      return switch (type) {
        case 1 -> in.get() != 0;
        case 5 -> in.getShort();
        case 6 -> in.getInt();
        case 7 -> in.getLong();
        case 8 -> in.getFloat();
        case 9, 15 -> in.getDouble();
        case 10 -> (char) (in.get() & 0xff);
        case 11 -> name(in);
        default -> {
          byte[] raw = new byte[WIDTHS[type]];
          in.get(raw);
          yield HexFormat.of().formatHex(raw);
        }
      };
    }

    private static String name(ByteBuffer in) {
      StringBuilder out = new StringBuilder();
      for (byte b = in.get(); b != 0; b = in.get()) {
        out.append((char) (b & 0xff));
      }
      return out.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
