// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.Message;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlainJsonTest {

  @Test
  void shouldWriteARecordAsPeopleWriteJson() {
    CompletionRequest request =
        CompletionRequest.newBuilder()
            .setRequestId("r")
            .setModel("m")
            .setMessages(
                List.of(
                    Message.newBuilder().setRole("system").setContent("be kind").build(),
                    Message.newBuilder()
                        .setRole("user")
                        .setContent(
                            List.of(
                                ContentPart.newBuilder()
                                    .setType("image_url")
                                    .setImageUrl(ImageUrl.newBuilder().setUrl("u").build())
                                    .build()))
                        .build()))
            .setLogitBias(Map.of("50256", -100.0))
            .setLogprobs(true)
            .setSeed(7L)
            .build();

    assertThat(PlainJson.of(request).toString())
        .isEqualTo(
            "{\"request_id\":\"r\",\"messages\":[{\"role\":\"system\",\"content\":\"be kind\"},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":"
                + "{\"url\":\"u\"}}]}],\"model\":\"m\",\"logit_bias\":{\"50256\":-100.0},"
                + "\"logprobs\":true,\"seed\":7}");
  }

  @Test
  void shouldRefuseWhatIsNoRecord() {
    assertThatThrownBy(() -> PlainJson.of("text")).isInstanceOf(IllegalArgumentException.class);
  }
}
