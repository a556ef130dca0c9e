// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.validation.JsonSyntax.Invalid;
import io.completionworker.validation.JsonSyntax.Member;
import io.completionworker.validation.JsonSyntax.Valid;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSyntaxTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        " \t\r\n{ } ",
        "0",
        "-0",
        "-0.0e-0",
        "12.5E+3",
        "1e9",
        "true",
        "false",
        "null",
        "\"\"",
        "\"a\"",
        "\"\\\\u\u0661\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00Ef\"",
        "\"\u007f \u2028 \u00e9 \ud83d\ude00\"",
        "[1,[2,[3]],{}]",
        "{\"a\":{\"b\":[{}]},\"c\":null}",
        "[ 1 , 2 ]",
        "{\"a\":1,\"a\":2}",
        "{\"\":0}"
      })
  void shouldTakeWhatTheStandardAllows(String text) {
    assertThat(JsonSyntax.read(text)).isInstanceOf(Valid.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "[",
        "]",
        "{]",
        "[}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1}}",
        "{} {}",
        "{}x",
        "[1,]",
        "[,1]",
        "[1 2]",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1e",
        "1e+",
        "--1",
        "0x1",
        "NaN",
        "Infinity",
        "True",
        "tru",
        "nul",
        "truex",
        "\"",
        "\"a",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\",
        "\"a\nb\"",
        "\"a\u0000b\"",
        "\u0000",
        "\u00a0{}",
        "\ufeff{}",
        "{}\u0000",
        "// {}",
        "{/**/}",
        "\u0661",
        "\"\\u\u0661\u0661\u0661\u0661\""
      })
  void shouldRefuseWhatTheStandardDoesNotAllow(String text) {
    assertThat(JsonSyntax.read(text)).isInstanceOf(Invalid.class);
  }

  @Test
  void shouldGiveTheMembersOfATopLevelObject() {
    JsonSyntax.Reading reading =
        JsonSyntax.read(
            "{\"str\\u0065am\": true, \"a\":\"x\\ty\", \"n\": -1.50, \"z\": null,"
                + " \"o\": {\"inner\": 1}, \"l\": [{\"deep\": 2}], \"e\": {}}");

    assertThat(reading)
        .isEqualTo(
            new Valid(
                true,
                List.of(
                    new Member("stream", "true", false),
                    new Member("a", "x\ty", false),
                    new Member("n", "-1.50", false),
                    new Member("z", null, false),
                    new Member("o", null, true),
                    new Member("l", null, true),
                    new Member("e", null, true))));
  }

  @Test
  void shouldGiveNoMembersOfAnArray() {
    assertThat(JsonSyntax.read("[{\"a\":{\"b\":1}}]")).isEqualTo(new Valid(false, List.of()));
  }

  @Test
  void shouldBoundTheNestingWithoutOverflowingTheStack() {
    assertThat(JsonSyntax.read("[".repeat(500) + "]".repeat(500))).isInstanceOf(Valid.class);
    assertThat(JsonSyntax.read("[".repeat(501) + "]".repeat(501))).isInstanceOf(Invalid.class);
    assertThat(JsonSyntax.read("{\"a\":".repeat(1_000_000))).isInstanceOf(Invalid.class);
  }

  @Test
  void shouldBoundNumbersAndNames() {
    assertThat(JsonSyntax.read("1".repeat(500))).isInstanceOf(Valid.class);
    assertThat(JsonSyntax.read("1".repeat(501))).isInstanceOf(Invalid.class);
    assertThat(JsonSyntax.read("{\"" + "n".repeat(10_001) + "\":1}")).isInstanceOf(Invalid.class);
  }

  @Test
  void shouldSayWhereTheFaultIsAndQuoteNothing() {
    assertThat(JsonSyntax.read("{\"secret\": oops}"))
        .isEqualTo(new Invalid("no JSON at character 12"));
  }
}
