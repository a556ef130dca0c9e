// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        .isEqualTo(new ErrorBody("openai error: no", "t", "c", "p", null));
  }

  @Test
  void shouldReadTheRefusalOfTheGateway() {
    assertThat(read("{\"status\": \"failure\", \"message\": \"Invalid provider passed\"}"))
        .isEqualTo(new ErrorBody("Invalid provider passed", null, null, null, null));
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
        .isEqualTo(new ErrorBody("m", null, "04", null, null));
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

  /** Shapes of Google, FastAPI, TGI, Cloudflare, MiniMax, vLLM, OpenRouter, and of an event. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "[{'error':{'code':429,'message':'m','status':'RESOURCE_EXHAUSTED'}}] | m | RESOURCE_EXHAUSTED | 429 | 429",
        "{'detail':'m'} | m | - | - | -",
        "{'detail':[{'loc':['body'],'msg':'m','type':'missing'},{'msg':'n'}]} | m; n | - | - | -",
        "{'error':'m','error_type':'overloaded'} | m | overloaded | - | -",
        "{'success':false,'errors':[{'code':7009,'message':'m'}]} | m | - | 7009 | -",
        "{'base_resp':{'status_code':1002,'status_msg':'m'}} | m | - | 1002 | 429",
        "{'object':'error','message':'m','type':'BadRequestError','code':400} | m | BadRequestError | 400 | 400",
        "{'error':{'message':'m','code':502,'metadata':{'raw':'n'}}} | m: n | - | 502 | 502",
        "{'error':{'message':'m','status':503}} | m | - | - | 503",
        "data: {'error':{'message':'m'}} | m | - | - | -"
      })
  void shouldReadTheShapesOfProviders(
      String body, String message, String type, String code, Integer status) {
    assertThat(read(body.replace('\'', '"')))
        .isEqualTo(new ErrorBody(message, type, code, null, status));
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
    assertThat(read(body)).isEqualTo(ErrorBody.SILENT);
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
