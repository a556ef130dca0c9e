package io.completionworker.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorBodyTest {

  @Test
  void shouldReadTheErrorOfTheApi() {
    assertThat(
            read(
                """
                {"error": {"message": "openai error: no", "type": "t", "param": "p", "code": "c"},
                 "provider": "openai"}
                """))
        .isEqualTo(new ErrorBody("openai error: no", "t", "c", "p"));
  }

  @Test
  void shouldReadTheRefusalOfTheGateway() {
    assertThat(read("{\"status\": \"failure\", \"message\": \"Invalid provider passed\"}"))
        .isEqualTo(new ErrorBody("Invalid provider passed", null, null, null));
  }

  @Test
  void shouldFindTheCodeThatTheHostedGatewayWritesIntoItsMessage() {
    assertThat(
            read("{\"status\":\"failure\",\"message\":\"Portkey Error: Invalid. Error Code: 03\"}"))
        .extracting(ErrorBody::code)
        .isEqualTo("03");
    assertThat(
            read(
                """
                {"status": "failure", "message": "Portkey Error: x. Error Code: 03",
                 "error": {"message": "m", "code": "04"}}
                """))
        .isEqualTo(new ErrorBody("m", null, "04", null));
  }

  @Test
  void shouldReadTheTextThatTheGatewayWraps() {
    assertThat(read("{\"html-message\": \"<html>502</html>\"}").message())
        .isEqualTo("<html>502</html>");
  }

  @Test
  void shouldReadWhatOtherServersSay() {
    assertThat(read("{\"error\": \"model not found\"}").message()).isEqualTo("model not found");
    assertThat(read("{\"detail\": \"no\"}").message()).isEqualTo("no");
    assertThat(read("{\"error\": {\"message\": \"m\", \"code\": 429}}").code()).isEqualTo("429");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "null",
        "1",
        "[]",
        "{}",
        "{\"error\":",
        "{\"error\": null}",
        "{\"error\": {\"message\": {\"a\": 1}, \"type\": [], \"code\": null}}",
        "\u0000"
      })
  void shouldBeSilentWhenNothingIsSaid(String body) {
    assertThat(read(body)).isEqualTo(new ErrorBody(null, null, null, null));
  }

  @Test
  void shouldBeSilentOnBodiesThatTryToBreakIt() {
    assertThat(read("{\"error\":".repeat(200_000)).message()).isNull();
    assertThat(read("{\"error\":".repeat(50_000)).message()).isNull();
  }

  private static ErrorBody read(String body) {
    return ErrorBody.read(body.getBytes(StandardCharsets.UTF_8));
  }
}
