import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;

/**
 * Runs the statements of a file in a Flink of its own, and prints what each SELECT came to: a line
 * of its number, and its rows, with tabs. Not part of the build: Java runs it from its source, with
 * the libraries of the pom.xml beside it on the class path.
 */
public final class FlinkSql {

  private FlinkSql() {}

  public static void main(String[] args) throws Exception {
    Configuration configuration = new Configuration();
    configuration.setString("parallelism.default", "1");
    configuration.setString("table.local-time-zone", "UTC");
    TableEnvironment flink =
        TableEnvironment.create(
            EnvironmentSettings.newInstance()
                .inStreamingMode()
                .withConfiguration(configuration)
                .build());
    String script = Files.readString(Path.of(args[0]), StandardCharsets.UTF_8);
    int number = 0;
    for (String statement : script.split(";\\s*\n", -1)) {
      if (statement.isBlank()) {
        continue;
      }
      TableResult result = flink.executeSql(statement);
      if (statement.strip().startsWith("SELECT")) {
        System.out.println("result " + ++number);
        rows(result).forEach((row, count) -> System.out.println((row + "\n").repeat(count).strip()));
      }
    }
    System.out.println("end");
    System.exit(0);
  }

  /** The rows that are left when every change is made. */
  private static Map<String, Integer> rows(TableResult result) throws Exception {
    Map<String, Integer> rows = new LinkedHashMap<>();
    try (CloseableIterator<Row> changes = result.collect()) {
      while (changes.hasNext()) {
        Row row = changes.next();
        boolean gone =
            row.getKind() == RowKind.DELETE || row.getKind() == RowKind.UPDATE_BEFORE;
        rows.merge(text(row), gone ? -1 : 1, Integer::sum);
      }
    }
    rows.values().removeIf(count -> count == 0);
    return rows;
  }

  private static String text(Row row) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < row.getArity(); i++) {
      text.append(i == 0 ? "" : "\t").append(row.getField(i));
    }
    return text.toString();
  }
}
