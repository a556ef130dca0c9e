// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.micro;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.bench.Requests;
import io.completionworker.bench.Rig;
import io.completionworker.gateway.json.RequestEncoder;
import org.apache.kafka.common.serialization.Serde;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From a request's record to the body of its call. */
@State(Scope.Benchmark)
public class RequestSteps {

  /** Of the prompt. */
  @Param({"1000", "32000", "1000000"})
  public int bytes;

  private final RequestEncoder encoder = new RequestEncoder();
  private final Serde<CompletionRequest> serde = Serdes.of(CompletionRequest.class);
  private CompletionRequest request = Requests.request("");
  private byte[] record = new byte[0];

  /** Makes the request. */
  @Setup
  public void prepare() {
    request = Requests.request(Requests.words(bytes));
    record = serde.serializer().serialize(Rig.REQUESTS, request);
  }

  /** Avro to a request. */
  @Benchmark
  public CompletionRequest decodeRequest() {
    return serde.deserializer().deserialize(Rig.REQUESTS, record);
  }

  /** A request to JSON. */
  @Benchmark
  public byte[] encodeBody() {
    return encoder.encode(request).bytes();
  }
}
