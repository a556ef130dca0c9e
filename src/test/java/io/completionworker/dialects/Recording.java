// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a gateway was seen to send; what is made anew for each call is always the same in it. */
final class Recording {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Times and names that the gateway makes up, each with what stands for it. */
  private static final List<Pattern> MADE_UP =
      List.of(
          Pattern.compile("(?<=\"created\":)1[0-9]{9,12}"),
          Pattern.compile("(?<=\"id\":\"(google|anthropic)-)[0-9]{13}"),
          Pattern.compile("(?<=\"id\":\")[0-9]{13}(?=\")"),
          Pattern.compile("(?<=\"portkey-)[0-9a-f-]{36}"));

  private Recording() {}

  /** Makes the call of this case, and returns the answer. */
  static Reply of(URI gateway, String provider, DialectCase each)
      throws IOException, InterruptedException {
    ObjectNode body = CaseFile.JSON.createObjectNode().put("model", "m");
    body.putArray("messages").addObject().put("role", "user").put("content", "hi");
    if (each.stream()) {
      body.put("stream", true).putObject("stream_options").put("include_usage", true);
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(gateway + "/chat/completions"))
            .timeout(PATIENCE)
            .header("content-type", "application/json")
            .header("authorization", "Bearer key")
            .header("x-portkey-custom-host", provider)
            .POST(BodyPublishers.ofString(body.toString()));
    each.headers().forEach(request::header);
    HttpResponse<InputStream> answer =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .build()
            .send(request.build(), BodyHandlers.ofInputStream());
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    String end = receive(answer.body(), received);
    Map<String, String> headers = new TreeMap<>();
    answer
        .headers()
        .firstValue("content-type")
        .ifPresent(type -> headers.put("content-type", type));
    return new Reply(
        answer.statusCode(),
        headers,
        List.of(TextNode.valueOf(steady(received.toString(StandardCharsets.UTF_8)))),
        end);
  }

  private static @Nullable String receive(InputStream from, ByteArrayOutputStream to) {
    try (from) {
      from.transferTo(to);
      return null;
    } catch (IOException e) {
      return "cut";
    }
  }

  private static String steady(String body) {
    String steady = body;
    for (Pattern made : MADE_UP) {
      steady = made.matcher(steady).replaceAll("1764300000");
    }
    return numbered(steady);
  }

  /** Ids that are told apart have to stay apart. */
  private static String numbered(String body) {
    StringBuilder numbered = new StringBuilder();
    var matcher = Pattern.compile("portkey-1764300000").matcher(body);
    int number = 0;
    while (matcher.find()) {
      matcher.appendReplacement(numbered, "portkey-" + ++number);
    }
    return matcher.appendTail(numbered).toString();
  }
}
