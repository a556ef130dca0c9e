package io.completionworker.gateway;

import io.completionworker.config.GatewayConfig;
import io.completionworker.gateway.json.RequestEncoder;
import java.time.InstantSource;

/** What all exchanges share: immutable, safe on every thread. */
record Wiring(
    Endpoint endpoint,
    GatewayConfig.Transport transport,
    CallHeaders headers,
    RequestEncoder encoder,
    ResponseReader reader,
    TransportFailures failures) {

  static Wiring of(GatewayConfig config, String version, InstantSource clock) {
    Redactor redactor = Redactor.of(config);
    var classifier = new StatusClassifier(new RetryAfter(clock), redactor);
    return new Wiring(
        Endpoint.of(config),
        config.transport(),
        new CallHeaders(config, version),
        new RequestEncoder(),
        new ResponseReader(classifier, config.transport().maxResponseBytes()),
        new TransportFailures(redactor));
  }
}
