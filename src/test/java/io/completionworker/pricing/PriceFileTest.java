// SPDX-License-Identifier: Apache-2.0
package io.completionworker.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.completionworker.config.ConfigFaultsException;
import io.completionworker.pricing.PriceList.Cost;
import io.completionworker.pricing.PriceList.PricedCall;
import io.completionworker.pricing.UsedTokens.In;
import io.completionworker.pricing.UsedTokens.Out;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceFileTest {

  private static final Path EXAMPLE = Path.of("deploy", "prices.example.json");
  private static final UsedTokens MILLION_IN =
      new UsedTokens(new In(1_000_000, 0, 0, 0, 0, 0), new Out(0, 0, 0, 0));

  @TempDir Path directory;

  /** What the start says, without the key and the file. */
  private static List<String> faults(Path file) {
    List<String> faults =
        assertThatExceptionOfType(ConfigFaultsException.class)
            .isThrownBy(() -> PriceFile.read(file))
            .actual()
            .faults();
    String opening = "usage.prices.file: " + file + " ";
    assertThat(faults).isNotEmpty().allSatisfy(line -> assertThat(line).startsWith(opening));
    return faults.stream().map(line -> line.substring(opening.length())).toList();
  }

  private List<String> faultsOfEntries(String... entries) {
    return faults(PriceFiles.of(directory, entries));
  }

  @Test
  void shouldReadTheExampleFile() throws IOException {
    PriceList prices = PriceFile.read(EXAMPLE);

    assertThat(prices.cost(new PricedCall("gpt-4o-mini-2024-07-18", "openai", null, 0), MILLION_IN))
        .isInstanceOf(Cost.Known.class);
    assertThat(Files.readString(EXAMPLE))
        .contains("Compare with your provider's price page before you use them");
  }

  @Test
  void shouldNameEveryFaultAtOnce() {
    Path file =
        PriceFiles.write(
            directory,
            """
            {
              "header": {"as_of": "January", "currency": "usd", "sorce": "x"},
              "pricess": [],
              "prices": [
                {"model": "a", "input": -1, "output": 1},
                {"input": 1, "ouput": 1},
                3,
                {"model": "b", "input": 1, "output": 1, "valid_from": "soon"},
                {"model": "c", "input": 1, "output": 1, "image": "0.01", "image_ouput": 9}
              ]
            }
            """);

    assertThat(faults(file))
        .containsExactly(
            "pricess: unknown field; the nearest known field is prices",
            "header.sorce: unknown field; the nearest known field is source",
            "header.source: is required; allowed: a text that is not blank",
            "header.as_of: \"January\" is not allowed; allowed: a date such as 2026-01-31",
            "header.currency: 'usd' is not allowed; allowed: a code of ISO 4217",
            "prices[0] (a).input: -1 is not allowed; allowed: a number from 0 on, of at most 12"
                + " digits and 12 decimals, not in quotes",
            "prices[1].ouput: unknown field; the nearest known field is output",
            "prices[1].model: is required; allowed: a text that is not blank",
            "prices[1].output: is required; allowed: a number from 0 on, of at most 12 digits and"
                + " 12 decimals, not in quotes",
            "prices[2]: is not an object",
            "prices[3] (b).valid_from: \"soon\" is not allowed; allowed: a date such as"
                + " 2026-01-31 or a time such as 2026-01-31T12:00:00Z",
            "prices[4] (c).image_ouput: unknown field; the nearest known field is image_output",
            "prices[4] (c).image: \"0.01\" is not allowed; allowed: a number from 0 on, of at most"
                + " 12 digits and 12 decimals, not in quotes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-0.0000001",
        "'0.1'",
        "true",
        "[1]",
        "{}",
        "1000000000000",
        "1e12",
        "0.0000000000001",
        "1e-2000000",
        "1e2000000",
        "1e2147483647"
      })
  void shouldRefusePricesThatAreNone(String price) {
    assertThat(
            faultsOfEntries(
                "{'model': 'm', 'input': 1, 'output': 1, 'cached_input': " + price + "}"))
        .singleElement()
        .asString()
        .startsWith("prices[0] (m).cached_input: ")
        .hasSizeLessThan(250);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0000000000",
    "0e2000000, 0.0000000000",
    "0.1, 0.1000000000",
    "1e3, 1000.0000000000",
    "0.100000000000000000, 0.1000000000",
    "9999999999.9999999999, 9999999999.9999999999"
  })
  void shouldReadPricesAsDecimals(String price, String cost) {
    PriceList prices =
        PriceFiles.list(directory, "{'model': 'm', 'output': 0, 'input': " + price + "}");

    assertThat(prices.cost(new PricedCall("m", null, null, 0), MILLION_IN))
        .isEqualTo(new Cost.Known(new BigDecimal(cost), "USD"));
  }

  @Test
  void shouldRequireInputAndOutput() {
    assertThat(faultsOfEntries("{'model': 'm', 'input': null}"))
        .satisfiesExactly(
            input -> assertThat(input).startsWith("prices[0] (m).input: is required"),
            output -> assertThat(output).startsWith("prices[0] (m).output: is required"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'model':'m'                         | 'model':'m'",
        "'model':'m','service_tier':'default'| 'model':'m','service_tier':'Standard'",
        "'model':'m','valid_from':'2026-01-01'|'model':'m','valid_from':'2026-01-01T00:00:00Z'",
        "'model':'m','provider':'p'          | 'model':'m','provider':'p'"
      },
      quoteCharacter = '"')
  void shouldRefuseEntriesThatAreTheSame(String one, String other) {
    String prices = ", 'input': 1, 'output': 1}";

    assertThat(faultsOfEntries("{" + one + prices, "{" + other + prices))
        .containsExactly(
            "prices[1] (m).model: is as in prices[0], and so are provider, service_tier, prompt_over and"
                + " valid_from");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[]    | is not a JSON object",
        "null  | is not a JSON object",
        "      | is not a JSON object",
        "{}    | header: is required; allowed: an object with source, as_of, currency",
        "{'header': 1, 'prices': []} | prices: is required; allowed: a list of at least one object"
      })
  void shouldRefuseAnotherForm(String text, String fault) {
    String json = text == null ? "" : text.replace('\'', '"');

    assertThat(faults(PriceFiles.write(directory, json))).contains(fault);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{} {}",
        "{\"header\": {}, \"header\": {}}",
        "{\"a\": NaN}",
        "prices = 1",
        "{\"a\": \"\n\"}"
      })
  void shouldSayWhereItIsNotJson(String text) {
    assertThat(faults(PriceFiles.write(directory, text)))
        .singleElement()
        .asString()
        .startsWith("is not JSON, line ");
  }

  @Test
  void shouldSayWhyItCannotBeRead() {
    assertThat(faults(directory.resolve("none.json"))).containsExactly("does not exist");
    assertThat(faults(directory)).singleElement().asString().startsWith("cannot be read (");
  }
}
