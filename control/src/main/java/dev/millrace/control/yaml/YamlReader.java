package dev.millrace.control.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads one YAML document into nodes that know their places. Works on the parser's events, so no
 * tag is ever resolved and no alias ever followed.
 */
public final class YamlReader {

  private final int mostBytes;

  /**
   * @param mostBytes the largest document that is read
   */
  public YamlReader(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * @param label what errors call the file
   * @throws InvalidDocument when it is no mapping, or not within the limits
   */
  public YamlNode.Mapping read(Path file, String label) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(mostBytes + 1);
    }
    return read(bytes, label);
  }

  /** As {@link #read(Path, String)}. */
  public YamlNode.Mapping read(byte[] bytes, String label) {
    Place whole = Place.of(label);
    if (bytes.length > mostBytes) {
      throw new InvalidDocument(
          Finding.of(whole, "", "more than " + mostBytes + " bytes", "<= " + mostBytes));
    }
    return parse(decode(bytes, whole), whole);
  }

  private static String decode(byte[] bytes, Place whole) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidDocument(Finding.of(whole, "", "bytes that are not UTF-8", "UTF-8 text"));
    }
  }

  private YamlNode.Mapping parse(String text, Place whole) {
    LoadSettings settings =
        LoadSettings.builder().setLabel(whole.file()).setCodePointLimit(mostBytes).build();
    try {
      Iterator<Event> events = new Parse(settings).parseString(text).iterator();
      return new EventTree(events, whole).document();
    } catch (MarkedYamlEngineException e) {
      Place place =
          e.getProblemMark()
              .map(mark -> new Place(whole.file(), mark.getLine() + 1, mark.getColumn() + 1))
              .orElse(whole);
      throw new InvalidDocument(new Finding(place, "", "not YAML: " + e.getProblem()));
    } catch (YamlEngineException e) {
      throw new InvalidDocument(new Finding(whole, "", "not YAML: " + firstLine(e)));
    }
  }

  private static String firstLine(YamlEngineException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable");
  }
}
