// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Sums of what several instances say. */
class TotalsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void shouldAddWhatCanBeAddedAndTakeTheSlowestOfTheRest() throws IOException {
    Totals totals =
        new Totals(sample("a", "'lag':5,'done':2.5,'in_flight':3,'call_p95':0.7,'queue_age':9"));
    totals.add(
        "b:1", sample("b", "'lag':7,'done':1,'in_flight':4,'call_p95':'>300','queue_age':1"));

    assertThat(totals.json().path("values"))
        .isEqualTo(json("{'in_flight':7.0,'queue_age':9,'lag':12.0,'done':3.5,'call_p95':'>300'}"));
  }

  /** A sum of some of them would be taken for that of all. */
  @Test
  void shouldNotKnowTheLagWhileOneOfThemDoesNot() throws IOException {
    Totals totals = new Totals(sample("a", "'lag':5,'done':2.5,'pending':1"));
    totals.add("b:1", sample("b", "'pending':2"));

    assertThat(totals.json().path("values")).isEqualTo(json("{'pending':3.0}"));
  }

  @Test
  void shouldAddWhatIsUsedOfALimitButNotWhatTheEndpointSays() throws IOException {
    String configured =
        "{'scope':'worker','limit':'r','size':600,'share':0.5,'used':%d,'source':'k'}";
    String said =
        "{'scope':'c','limit':'t','size':1000,'share':0.5,'used':%d,'source':'response headers'}";
    ObjectNode own = sample("a", "");
    own.withObject("/instance").withArray("limits").add(json(configured.formatted(100)));
    own.withObject("/instance").withArray("limits").add(json(said.formatted(400)));
    ObjectNode other = sample("b", "");
    other.withObject("/instance").withArray("limits").add(json(configured.formatted(50)));
    other.withObject("/instance").withArray("limits").add(json(said.formatted(300)));
    Totals totals = new Totals(own);
    totals.add("b:1", other);

    assertThat(totals.json().at("/limits/0/used").asInt()).isEqualTo(150);
    assertThat(totals.json().at("/limits/0/share").asDouble()).isEqualTo(1);
    assertThat(totals.json().at("/limits/1/used").asInt()).isEqualTo(400);
  }

  @Test
  void shouldAddTheRequestsThatAControlOfAllInstancesKeepsWaiting() throws IOException {
    ObjectNode own = sample("a", "");
    own.withObject("/instance").withArray("controls").add(json("{'id':'p','waiting':2}"));
    ObjectNode other = sample("b", "");
    other.withObject("/instance").withArray("controls").add(json("{'id':'p','waiting':3}"));
    other.withObject("/instance").withArray("controls").add(json("{'id':'q','waiting':4}"));
    Totals totals = new Totals(own);
    totals.add("b:1", other);

    assertThat(totals.json().path("paused").toString()).isEqualTo("{\"p\":5}");
  }

  @Test
  void shouldLeaveOutAnInstanceOfAnotherGroup() throws IOException {
    Totals totals = new Totals(sample("a", "'pending':1"));
    ObjectNode stranger = sample("b", "'pending':2");
    stranger.withObject("/instance").put("group", "billing");
    totals.add("b:1", stranger);

    assertThat(totals.json().at("/values/pending").asInt()).isEqualTo(1);
    assertThat(totals.json().path("answered").asInt()).isEqualTo(1);
    assertThat(totals.json().at("/instances/1/problem").asText())
        .isEqualTo("Works in the group billing");
  }

  @Test
  void shouldTakeNumbersAndShortTextsOfAnAnswerAndNothingElse() throws IOException {
    String long300 = "x".repeat(300);
    Optional<ObjectNode> read =
        PeerSample.read(
            ("{'time':1,'more':{'a':1},'values':{'pending':3,'call_p95':'>300','call_p50':'<b>',"
                    + "'unknown':1,'lag':{}},'tables':{'models':[{'names':['m',"
                    + long300.length()
                    + "],'values':[1,'x',null]}],'others':[]},"
                    + "'instance':{'id':'a','name':'"
                    + long300
                    + "','reasons':'none','key':'secret'}}")
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8));

    ObjectNode sample = read.orElseThrow();
    assertThat(sample.path("values")).isEqualTo(json("{'pending':3,'call_p95':'>300'}"));
    assertThat(sample.at("/tables/models/0"))
        .isEqualTo(json("{'names':['m','300'],'values':[1,null,null]}"));
    assertThat(sample.at("/instance/name").asText()).hasSize(204);
    assertThat(sample.toString()).doesNotContain("secret", "more", "others", "unknown");
  }

  @Test
  void shouldReadNoSampleOfSomethingElse() {
    for (String text : new String[] {"", "[]", "{}", "<html>", "{\"instance\":{\"id\":1}}"}) {
      assertThat(PeerSample.read(text.getBytes(StandardCharsets.UTF_8))).as(text).isEmpty();
    }
  }

  private static ObjectNode sample(String id, String values) throws IOException {
    return (ObjectNode)
        json(
            "{'time':1,'minute':60,'values':{%s},'tables':{},'instance':{'id':'%s','group':'g','partitions':1}}"
                .formatted(values, id));
  }

  private static JsonNode json(String text) throws IOException {
    return JSON.readTree(text.replace('\'', '"'));
  }
}
