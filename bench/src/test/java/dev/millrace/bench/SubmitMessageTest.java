package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubmitMessageTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 9, 10, 123_456, 19_999_999})
  void the_reference_is_the_tasks_number_in_decimal(long task) {
    ByteBuf frame =
        new SubmitMessage(Plans.ws(2, 1, 1, false)).frame(ByteBufAllocator.DEFAULT, task);
    String text = frame.toString(UTF_8);
    assertThat(text).contains("{\"op\":\"submit\",\"ref\":\"" + task + "\",\"model\":\"sim\"");
    assertThat(text).endsWith("\"stream\":true,\"durability\":\"memory\"}");
    frame.release();
  }

  @Test
  void the_header_is_final_masked_with_zero_and_carries_the_exact_length() {
    ByteBuf frame = new SubmitMessage(Plans.ws(2, 1, 1, false)).frame(ByteBufAllocator.DEFAULT, 7);
    assertThat(frame.readUnsignedByte()).isEqualTo((short) 0x81);
    int length = frame.readUnsignedByte() & 0x7f;
    if (length == 126) {
      length = frame.readUnsignedShort();
    }
    assertThat(frame.readInt()).isZero();
    assertThat(frame.readableBytes()).isEqualTo(length);
    frame.release();
  }

  @Test
  void the_answer_to_the_upgrade_is_the_one_of_the_standards_example() {
    assertThat(Upgrade.acceptFor("dGhlIHNhbXBsZSBub25jZQ=="))
        .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }
}
