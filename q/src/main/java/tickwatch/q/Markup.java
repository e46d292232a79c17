package tickwatch.q;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.Epoch;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * {@code .h}: values as HTML, XML, CSV and JSON, and as HTTP responses. Text in, text out; what
 * reads or writes files is not there.
 *
 * <p>Source: "The .h namespace", kdb+ and q documentation.
 */
final class Markup {
  private static final String UNESCAPED =
      "$-.+!*'(),abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
  private static final String ANCHOR_STYLE =
      "a{text-decoration:none}a:link{color:024C7E}a:visited{color:024C7E}a:active{color:958600}";
  private static final String BODY_STYLE = "body{font:10pt verdana;text-align:justify}";

  /** Rows of a page of {@code .h.jx}: what the default of {@code \C} leaves beside its head. */
  private static final int PAGE_ROWS = 32;

  private static final DisplayOptions PAGE = new DisplayOptions(PAGE_ROWS + 5, 2_000, 7);

  private static final DateTimeFormatter ISO =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS");

  private static final Map<String, String> TYPES = new LinkedHashMap<>();
  private static final Map<String, Verb> VERBS = new LinkedHashMap<>();

  private interface Text {
    String of(String text);
  }

  static {
    TYPES.put("htm", "text/html");
    TYPES.put("html", "text/html");
    TYPES.put("csv", "text/comma-separated-values");
    TYPES.put("txt", "text/plain");
    TYPES.put("xml", "text/plain");
    TYPES.put("xls", "application/msexcel");
    TYPES.put("gif", "image/gif");
    TYPES.put("png", "image/png");
    TYPES.put("jpg", "image/jpeg");
    TYPES.put("ico", "image/x-icon");
    TYPES.put("svg", "image/svg+xml");
    TYPES.put("css", "text/css");
    TYPES.put("js", "application/javascript");
    TYPES.put("json", "application/json");
    TYPES.put("pdf", "application/pdf");
    TYPES.put("zip", "application/zip");

    verb("cd", 1, (c, args) -> Delimited.apply(c, Vectors.string(","), flat(c, args[0])));
    verb("td", 1, (c, args) -> Delimited.apply(c, Vectors.string("\t"), args[0]));
    verb("xd", 1, (c, args) -> xml(Tables.unkeyed(args[0])));
    verb("ed", 1, (c, args) -> workbook(List.of("Sheet1"), List.of(Tables.unkeyed(args[0]))));
    verb("edsn", 1, (c, args) -> sheets((Dictionary) args[0]));
    verb("code", 1, (c, args) -> Vectors.string(code(Vectors.text(args[0]))));
    verb("ha", 2, (c, args) -> Vectors.string(anchor("", args[0], args[1])));
    verb("hb", 2, (c, args) -> Vectors.string(anchor(" target=v", args[0], args[1])));
    text("hc", Markup::withoutTags);
    text("he", text -> response("400 Bad Request", "txt", "'" + withoutTags(text)));
    verb(
        "hn",
        3,
        (c, args) ->
            Vectors.string(
                response(Vectors.text(args[0]), Vectors.symbol(args[1]), Vectors.text(args[2]))));
    verb(
        "hy",
        2,
        (c, args) ->
            Vectors.string(response("200 OK", Vectors.symbol(args[0]), Vectors.text(args[1]))));
    verb(
        "hp",
        1,
        (c, args) ->
            Vectors.string(response("200 OK", "htm", document(block("pre", lines(args[0]))))));
    text("hr", text -> "-".repeat(text.length()));
    verb("hta", 2, (c, args) -> Vectors.string(opening(Vectors.symbol(args[0]), args[1])));
    verb(
        "htac",
        3,
        (c, args) ->
            Vectors.string(
                opening(Vectors.symbol(args[0]), args[1])
                    + Vectors.text(args[2])
                    + closing(Vectors.symbol(args[0]))));
    verb(
        "htc",
        2,
        (c, args) -> Vectors.string(block(Vectors.symbol(args[0]), Vectors.text(args[1]))));
    text("html", Markup::document);
    text("http", Markup::hyperlinks);
    text("hu", Markup::escaped);
    text("uh", Markup::unescaped);
    verb(
        "iso8601",
        1,
        (c, args) ->
            Vectors.string(
                ISO.format(Epoch.instantOf(Vectors.longOf(args[0])).atZone(ZoneOffset.UTC))));
    verb("jx", 2, (c, args) -> page(c, Vectors.longOf(args[0]), args[1]));
    text("nbr", text -> block("nobr", text));
    verb("pre", 1, (c, args) -> Vectors.string(block("pre", lines(args[0]))));
    verb("xmp", 1, (c, args) -> Vectors.string(block("xmp", lines(args[0]))));
    verb("text", 1, (c, args) -> Vectors.string(paragraphs(args[0])));
    verb("val", 1, (c, args) -> Builtins.value(c, args[0]));
    text("xs", Markup::xmlEscaped);
    verb("xt", 2, (c, args) -> fromJson(c, args[0], args[1]));
  }

  private Markup() {}

  private static void verb(String name, int rank, Verb.Body body) {
    VERBS.put(name, new Verb(".h." + name, rank, rank, body));
  }

  private static void text(String name, Text body) {
    verb(name, 1, (c, args) -> Vectors.string(body.of(Vectors.text(args[0]))));
  }

  static List<Verb> verbs() {
    return List.copyOf(VERBS.values());
  }

  /** A variable of {@code .h} that is no function; null where there is none of that name. */
  static @Nullable Value constant(String name) {
    return switch (name) {
      case ".h.br" -> Vectors.string("<br>");
      case ".h.c0" -> new SymbolAtom("024C7E");
      case ".h.c1" -> new SymbolAtom("958600");
      case ".h.d" -> new ByteAtom(QType.CHAR, (byte) ' ');
      case ".h.sa" -> Vectors.string(ANCHOR_STYLE);
      case ".h.sb" -> Vectors.string(BODY_STYLE);
      case ".h.sc" -> Vectors.string(UNESCAPED);
      case ".h.ty" ->
          new Dictionary(
              Vectors.symbols(List.copyOf(TYPES.keySet())),
              ListVector.of(TYPES.values().stream().map(Vectors::string).toArray(Value[]::new)));
      case ".h.tx" -> converters();
      default -> null;
    };
  }

  /** {@code .h.tx}: from a file's ending to what makes its lines of a table. */
  private static Dictionary converters() {
    Verb json =
        new Verb(
            ".h.tx.json",
            1,
            1,
            (c, args) -> {
              List<Value> out = new ArrayList<>();
              for (Value row : Vectors.items(args[0])) {
                out.add(Vectors.string(Json.text(row)));
              }
              return ListVector.of(out.toArray(new Value[0]));
            });
    return new Dictionary(
        Vectors.symbols(List.of("raw", "json", "csv", "txt", "xml", "xls")),
        ListVector.of(
            new UnaryPrimitive(41), json, known("cd"), known("td"), known("xd"), known("ed")));
  }

  private static Verb known(String name) {
    Verb verb = VERBS.get(name);
    if (verb == null) {
      throw new IllegalStateException(".h." + name);
    }
    return verb;
  }

  // ---- elements

  private static String closing(String tag) {
    return "</" + tag + ">";
  }

  private static String block(String tag, String content) {
    return "<" + tag + ">" + content + closing(tag);
  }

  private static String opening(String tag, Value attributes) {
    if (!(attributes instanceof Dictionary d)) {
      throw QError.type("attributes: " + Types.name(attributes) + " (expected: a dictionary)");
    }
    StringBuilder out = new StringBuilder("<").append(tag);
    for (int i = 0; i < d.count(); i++) {
      out.append(' ')
          .append(plain(Vectors.itemAt(d.keys(), i)))
          .append('=')
          .append(attribute(Vectors.itemAt(d.values(), i)));
    }
    return out.append('>').toString();
  }

  /** A text in quotes, anything else as it is. */
  private static String attribute(Value value) {
    return Vectors.isText(value) ? '"' + Vectors.text(value) + '"' : plain(value);
  }

  private static String plain(Value value) {
    return Vectors.isText(value)
        ? Vectors.text(value)
        : value instanceof Atom ? new Format(7, 1_000).bare(value) : Format.line(value, 7);
  }

  private static String anchor(String more, Value reference, Value content) {
    return "<a" + more + " href=" + attribute(reference) + ">" + Vectors.text(content) + "</a>";
  }

  private static String document(String body) {
    return block(
        "html", block("head", block("style", ANCHOR_STYLE + BODY_STYLE)) + block("body", body));
  }

  private static String lines(Value texts) {
    StringBuilder out = new StringBuilder();
    for (Value text : Vectors.items(texts)) {
      out.append(Vectors.text(text)).append('\n');
    }
    return out.toString();
  }

  private static String paragraphs(Value texts) {
    StringBuilder out = new StringBuilder();
    for (Value text : Vectors.items(texts)) {
      out.append(block("p", Vectors.text(text))).append('\n');
    }
    return out.toString();
  }

  /** What lies between tabs, every second piece as code. */
  private static String code(String text) {
    String[] pieces = text.split("\t", -1);
    for (int i = 1; i < pieces.length; i += 2) {
      pieces[i] = block("code", block("nobr", pieces[i]));
    }
    return String.join(" ", pieces);
  }

  // ---- escaping

  private static String withoutTags(String text) {
    return text.replace("<", "&lt;");
  }

  private static String xmlEscaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&apos;");
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    Meter meter = Meter.here();
    for (int i = 0; i < text.length(); i++) {
      meter.pass();
      char c = text.charAt(i);
      if (UNESCAPED.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append('%')
            .append(Character.forDigit(c >> 4 & 15, 16))
            .append(Character.forDigit(c & 15, 16));
      }
    }
    return out.toString();
  }

  private static String unescaped(String text) {
    StringBuilder out = new StringBuilder();
    Meter meter = Meter.here();
    for (int i = 0; i < text.length(); i++) {
      meter.pass();
      int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (text.charAt(i) == '%' && high >= 0 && low >= 0) {
        out.append((char) (high << 4 | low));
        i += 2;
      } else {
        out.append(text.charAt(i));
      }
    }
    return out.toString();
  }

  private static String hyperlinks(String text) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    Meter meter = Meter.here();
    while (true) {
      meter.pass();
      int from = text.indexOf("http://", at);
      if (from < 0) {
        return out.append(text, at, text.length()).toString();
      }
      int to = text.indexOf(' ', from);
      to = to < 0 ? text.length() : to;
      String url = text.substring(from, to);
      out.append(text, at, from).append("<a href=\"" + url + "\">" + url + "</a>");
      at = to;
    }
  }

  // ---- HTTP

  private static String response(String status, String type, String content) {
    return "HTTP/1.1 "
        + status
        + "\r\nContent-Type: "
        + TYPES.getOrDefault(type, type)
        + "\r\nConnection: close\r\nContent-Length: "
        + content.getBytes(StandardCharsets.ISO_8859_1).length
        + "\r\n\r\n"
        + content;
  }

  // ---- tables

  /** Its nested columns as text, their items with {@code .h.d} between them. */
  private static Value flat(Context context, Value x) {
    Value between = context.lookUp(".h.d");
    String by = between != null && Vectors.isText(between) ? Vectors.text(between) : " ";
    if (x instanceof Dictionary || x instanceof Table) {
      return Atomic.eachColumn(Tables.unkeyed(x), column -> flatColumn(column, by));
    }
    Value[] columns = Vectors.items(x);
    for (int i = 0; i < columns.length; i++) {
      columns[i] = flatColumn(columns[i], by);
    }
    return ListVector.of(columns);
  }

  private static Value flatColumn(Value column, String by) {
    if (!(column instanceof ListVector items)) {
      return column;
    }
    Value[] out = new Value[items.length()];
    Meter meter = Meter.here();
    for (int i = 0; i < out.length; i++) {
      meter.pass();
      List<String> texts = new ArrayList<>();
      for (Value item : Vectors.items(items.get(i))) {
        texts.add(plain(item));
      }
      out[i] = Vectors.string(String.join(by, texts));
    }
    return ListVector.of(out);
  }

  private static Value xml(Table table) {
    List<String> out = new ArrayList<>();
    out.add("<R>");
    Meter meter = Meter.here();
    for (int r = 0; r < table.rowCount(); r++) {
      meter.pass();
      StringBuilder row = new StringBuilder();
      for (int c = 0; c < table.names().size(); c++) {
        row.append(block(table.names().get(c), xmlEscaped(plain(table.columns().get(c).item(r)))));
      }
      out.add(block("r", row.toString()));
    }
    out.add("</R>");
    return texts(out);
  }

  private static Value texts(List<String> lines) {
    return ListVector.of(lines.stream().map(Vectors::string).toArray(Value[]::new));
  }

  private static Value sheets(Dictionary d) {
    List<String> names = new ArrayList<>();
    List<Table> tables = new ArrayList<>();
    for (int i = 0; i < d.count(); i++) {
      names.add(Vectors.symbol(Vectors.itemAt(d.keys(), i)));
      tables.add(Tables.unkeyed(Vectors.itemAt(d.values(), i)));
    }
    return workbook(names, tables);
  }

  /** Excel's XML: a worksheet for each table. */
  private static Value workbook(List<String> names, List<Table> tables) {
    String office = "urn:schemas-microsoft-com:office:";
    StringBuilder out = new StringBuilder();
    out.append("<Workbook xmlns=\"" + office + "spreadsheet\" xmlns:ss=\"" + office)
        .append("spreadsheet\" xmlns:o=\"" + office + "office\">");
    for (int s = 0; s < names.size(); s++) {
      Table table = tables.get(s);
      out.append("<Worksheet ss:Name=\"" + xmlEscaped(names.get(s)) + "\"><Table><Row>");
      for (String name : table.names()) {
        out.append("<Cell><Data ss:Type=\"String\">" + xmlEscaped(name) + "</Data></Cell>");
      }
      out.append("</Row>");
      Meter meter = Meter.here();
      for (int r = 0; r < table.rowCount(); r++) {
        meter.pass();
        out.append("<Row>");
        for (Vector column : table.columns()) {
          Value item = column.item(r);
          boolean number = item instanceof Atom a && isNumber(a) && !a.isNull();
          out.append("<Cell><Data ss:Type=\"" + (number ? "Number" : "String") + "\">")
              .append(item instanceof Atom a && a.isNull() ? "" : xmlEscaped(plain(item)))
              .append("</Data></Cell>");
        }
        out.append("</Row>");
      }
      out.append("</Table></Worksheet>");
    }
    out.append("</Workbook>");
    return texts(
        List.of(
            "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>", out.toString()));
  }

  private static boolean isNumber(Atom atom) {
    return !atom.type().isTemporal()
        && (Vectors.isIntegral(atom.type()) || Vectors.isFloating(atom.type()))
        && !Vectors.isText(atom);
  }

  /** {@code .h.jx[i;`t]}: a page of a table from that row on, under links to the other pages. */
  private static Value page(Context context, long from, Value name) {
    Table table = Tables.unkeyed(Tables.resolved(context, name));
    int rows = table.rowCount();
    long end = Math.max(0, rows - PAGE_ROWS);
    int first = (int) Math.max(0, Math.min(rows, from));
    int last = Math.min(rows, first + PAGE_ROWS);
    List<String> out = new ArrayList<>();
    out.add(
        link(0, "home")
            + link(Math.max(0, first - PAGE_ROWS), "up")
            + link(Math.min(end, first + PAGE_ROWS), "down")
            + link(end, "end")
            + rows
            + "["
            + first
            + "]");
    out.add("");
    String text = Display.text(table.slice(first, last), PAGE);
    for (String line : text.split("\n", -1)) {
      if (!line.isEmpty()) {
        out.add(line);
      }
    }
    return texts(out);
  }

  private static String link(long row, String text) {
    return "<a href=\"?[" + row + "\">" + text + "</a> ";
  }

  private static Value fromJson(Context context, Value type, Value texts) {
    if (!Vectors.symbol(type).equals("json")) {
      throw QError.type(".h.xt of " + Vectors.symbol(type) + " (expected: json)");
    }
    Value[] out = Vectors.items(texts);
    for (int i = 0; i < out.length; i++) {
      out[i] = Json.value(context, Vectors.text(out[i]));
    }
    return Vectors.collapse(out);
  }
}
