#!/usr/bin/env python3
"""Shows that the simulation finds bugs: breaks the core in one place at a time, and plays seeds.

Each mutation is a textual patch of a copy of the core, which must apply exactly once. A mutation
that no seed notices makes the run fail.

    mutations.py [--seeds 300] [--only WORD] [--work .build/mutations]
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

PACKAGE = """// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "mutations",
  dependencies: [
    .package(path: "{checkouts}/swift-log"), .package(path: "{checkouts}/swift-collections"),
  ],
  targets: [
    .target(
      name: "CallbackCore",
      dependencies: [.product(name: "DequeModule", package: "swift-collections")]),
    .target(name: "Threads"),
    .target(name: "EventLog", dependencies: ["CallbackCore"]),
    .target(
      name: "CallbackEngine",
      dependencies: [
        "EventLog", "CallbackCore", "Threads", .product(name: "Logging", package: "swift-log"),
      ]),
    .target(name: "Simulator", dependencies: ["CallbackEngine", "EventLog", "CallbackCore"]),
    .executableTarget(name: "simulate", dependencies: ["Simulator"]),
  ]
)
"""

# What is broken: a name, the file in CallbackCore, the text, and what stands there instead.
MUTATIONS = [
    (
        "an offer is not withdrawn on cancel",
        "Machine/CallCenter+Changes.swift",
        "    case .offered: withdrawOffer(of: callback.id, end.withdrawalReason, &step)\n",
        "    case .offered: break\n",
    ),
    (
        "an accept in a quiet hour counts",
        "Machine/CallCenter+Accepting.swift",
        "let quietFrom = callback.quietFrom, quietFrom <= step.wall,",
        "let quietFrom = callback.quietFrom, quietFrom < WallTime(0),",
    ),
    (
        "an offer goes on into the quiet hours",
        "Machine/CallCenter+Callbacks.swift",
        "    case .queued, .offered: quietFrom\n",
        "    case .queued: quietFrom\n    case .offered: nil\n",
    ),
    (
        "a gap that ends at night is followed by an offer",
        "Machine/CallCenter+CallingHours.swift",
        "    case .quiet(let until): return .wait(until: until, .quietHours)\n",
        "    case .quiet(let until):\n"
        "      if case .retryWait = callback.state { return .now(quietFrom: until) }\n"
        "      return .wait(until: until, .quietHours)\n",
    ),
    (
        "the older callback is skipped",
        "Indexes/Keys.swift",
        "a.priority > b.priority : a.id < b.id",
        "a.priority > b.priority : a.id > b.id",
    ),
    (
        "the cooldown after a callback is ignored",
        "Machine/CallCenter+Attempts.swift",
        "coolDown(attempt.agent, for: settings.cooldownAfterCallback, &step)",
        "coolDown(attempt.agent, for: .zero, &step)",
    ),
    (
        "an attempt is counted twice",
        "Machine/CallCenter+Apply.swift",
        "attemptsCounted &+= 1",
        "attemptsCounted &+= 2",
    ),
    (
        "the exclusion after a reject is forgotten",
        "Machine/CallCenter+Transitions.swift",
        "declinedUntil = step.now + delay",
        "declinedUntil = nil",
    ),
    (
        "a grant is given twice",
        "Machine/CallCenter+Dialling.swift",
        "    case .dialing, .talking, .uncertain: throw .attemptPhase(id, attempt.phase)\n",
        "    case .dialing: break\n"
        "    case .talking, .uncertain: throw .attemptPhase(id, attempt.phase)\n",
    ),
    (
        "a merge loses the priority",
        "Machine/CallCenter+Merging.swift",
        "merged.priority = max(merged.priority, admitted.request.priority)",
        "merged.priority = admitted.request.priority",
    ),
    (
        "the deadline of offers is off by a second",
        "Machine/CallCenter+Matching.swift",
        "deadline: step.now + queue.settings.offerTimeout)",
        "deadline: step.now + queue.settings.offerTimeout + .seconds(1))",
    ),
    (
        "an accept at the deadline counts",
        "Machine/CallCenter+Accepting.swift",
        "guard step.receivedAt < offer.deadline else",
        "guard step.receivedAt <= offer.deadline else",
    ),
    (
        "a request id is forgotten after half a minute",
        "Machine/CallCenter+Keeping.swift",
        "answer.at + settings.requestMemory > now else",
        "answer.at + .seconds(30) > now else",
    ),
    (
        "a number is dialled twice at once",
        "Machine/CallCenter+Callbacks.swift",
        "    if index.dials[line] != nil { return true }\n",
        "",
    ),
    (
        "an agent-side failure is counted",
        "Machine/CallCenter+Attempts.swift",
        "told == .cancelled && !isCancelled ? .agentSide : told",
        "told == .agentSide ? .noAnswer : told == .cancelled && !isCancelled ? .agentSide : told",
    ),
    (
        "the grace of a lost stream is ignored",
        "Machine/CallCenter+Presence.swift",
        "      if sessions[id]?.stream == stream {\n"
        "        emit(.sessionClosed(id, graceUntil: step.now + settings.presenceGrace), &step)\n",
        "      if sessions[id]?.stream == stream {\n"
        "        emit(.sessionClosed(id, graceUntil: step.now), &step)\n",
    ),
    (
        "the revocation of an unclaimed command is lost",
        "Machine/CallCenter+Advance.swift",
        "case .unclaimed: endAttempt(id, .notClaimed, &step)",
        "case .unclaimed: emit(.attemptDeadlineMoved(id, nil), &step)",
    ),
    (
        "an offer that nobody could see is a miss",
        "Machine/CallCenter+Accepting.swift",
        "? .timedOut : .withdrawn(.agentDisconnected)",
        "? .timedOut : .timedOut",
    ),
    (
        "a paused queue keeps its offers",
        "Machine/CallCenter+Configuring.swift",
        "    if !queue.isOffering {\n",
        "    if queue.isOffering {\n",
    ),
    (
        "gaps are not doubled",
        "Machine/CallCenter+Attempts.swift",
        "gap *= 2",
        "gap *= 1",
    ),
    (
        "a repeated request during the dialling is forgotten",
        "Machine/CallCenter+Attempts.swift",
        "case .voicemail where callback.askedAgain && callback.pendingEnd == nil:",
        "case .voicemail where callback.askedAgain && callback.merged > 1_000:",
    ),
    (
        "taking back forgets the agents",
        "Machine/Journal.swift",
        "case .agent(let id, let old): replace(agent: id, with: old)",
        "case .agent: break",
    ),
    (
        "a snapshot forgets what is to be dropped",
        "Machine/Snapshot.swift",
        "for closed in snapshot.closedOffers {",
        "for closed in snapshot.closedOffers.dropLast() {",
    ),
    (
        "an agent who is lost keeps the offer",
        "Machine/CallCenter+Advance.swift",
        "      withdrawOffer(to: id, .agentDisconnected, &step)\n",
        "",
    ),
]


def prepare(work):
    """Copies what the simulation is made of into a package of its own."""
    checkouts = ROOT / ".build" / "checkouts"
    if not checkouts.is_dir():
        subprocess.run(["swift", "package", "resolve"], cwd=ROOT, check=True)
    parts = {
        "CallbackCore": "Sources/CallbackCore",
        "Threads": "Sources/Threads",
        "EventLog": "Sources/EventLog",
        "CallbackEngine": "Sources/CallbackEngine",
        "Simulator": "Tests/Simulation/Simulator",
        "simulate": "Tests/Simulation/Program",
    }
    for name, path in parts.items():
        shutil.rmtree(work / "Sources" / name, ignore_errors=True)
        shutil.copytree(ROOT / path, work / "Sources" / name)
    (work / "Package.swift").write_text(PACKAGE.format(checkouts=checkouts))


def build(work):
    command = ["swift", "build", "--product", "simulate", "-j", "2"]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stdout[-3000:] + done.stderr[-3000:])


def play(work, seeds):
    """The first failure in words; None when every seed passes."""
    command = [work / ".build/debug/simulate", "--seeds", str(seeds), "--until-failure"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 0:
        return None
    lines = done.stdout.splitlines()
    return lines[-1] if lines else f"ended with {done.returncode}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--only", default="")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / ".build" / "mutations")
    options = parser.parse_args()
    chosen = [mutation for mutation in MUTATIONS if options.only in mutation[0]]
    options.work.mkdir(parents=True, exist_ok=True)
    prepare(options.work)
    core = options.work / "Sources" / "CallbackCore"
    for name, path, old, _ in chosen:
        found = (core / path).read_text().count(old)
        if found != 1:
            sys.exit(f"'{name}' applies {found} times to {path}: the patch has to be brought up to date")
    build(options.work)
    problem = play(options.work, min(options.seeds, 50))
    if problem:
        sys.exit(f"the core fails without a mutation: {problem}")
    print("| mutation | caught by | s |")
    print("|---|---|---|", flush=True)
    escaped = 0
    for name, path, old, new in chosen:
        start = time.monotonic()
        source = (core / path).read_text()
        (core / path).write_text(source.replace(old, new))
        build(options.work)
        problem = play(options.work, options.seeds)
        (core / path).write_text(source)
        escaped += problem is None
        words = (problem or "NOBODY")[:110].replace("|", "/")
        print(f"| {name} | {words} | {time.monotonic() - start:.0f} |", flush=True)
    print(f"mutations: {len(chosen)} tried, {escaped} escaped")
    sys.exit(1 if escaped else 0)


if __name__ == "__main__":
    main()
