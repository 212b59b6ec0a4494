import CallbackMessages
import Glibc
import ProtobufC
import RPCMessages
import SampleMessages

// Answers one question after another, until standard input ends: see ``MirrorPipe``.
let types = Dictionary(
  uniqueKeysWithValues: (MessageTypes.all + RPCTypes.all + SampleTypes.all).map {
    ($0.messageName, $0)
  })
let pipe = MirrorPipe()
while let question = pipe.next() {
  pipe.answer(Mirror.answer(question, types))
}
