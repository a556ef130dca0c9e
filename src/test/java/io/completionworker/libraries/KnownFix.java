// SPDX-License-Identifier: Apache-2.0
package io.completionworker.libraries;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * A version that fixes a known weakness.
 *
 * @param artifact group and artifact, with a colon between them
 * @param version the first one that has the fix
 * @param advisory the weakness, as its finders number it
 * @param weakness in a few words
 */
record KnownFix(String artifact, Version version, String advisory, String weakness) {

  static final Path LIST = Path.of("src", "build", "known-fixes.xml");

  /** The list in the repository. */
  static List<KnownFix> all() {
    try {
      NodeList fixes =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(LIST.toFile())
              .getElementsByTagName("fix");
      return IntStream.range(0, fixes.getLength())
          .mapToObj(i -> of((Element) fixes.item(i)))
          .toList();
    } catch (IOException | SAXException | ParserConfigurationException e) {
      throw new IllegalStateException(LIST + " cannot be read", e);
    }
  }

  /** Whether this library lacks the fix. */
  boolean isMissingIn(Library library) {
    return library.is(artifact) && library.version().compareTo(version) < 0;
  }

  private static KnownFix of(Element fix) {
    return new KnownFix(
        fix.getAttribute("artifact"),
        Version.parse(fix.getAttribute("version")),
        fix.getAttribute("advisory"),
        fix.getTextContent());
  }
}
