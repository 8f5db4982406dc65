"""Tunes the upper layers of the multilingual encoder on our own messages: `python scripts/tune_encoder.py LESSONS OUT`.

LESSONS is the file that `tuning_lessons.py` writes, OUT becomes `bot/dialogue/nlu/e5_tuned.npz`; where it is there
already, learning goes on from it. Needs numpy and PyTorch (2.13), nothing of Parley; half an hour to an hour on two
cores. It is run by hand when the training messages have changed much: `parley train` reads what it wrote and needs no
PyTorch.

Low-rank adaptation (Hu et al. 2021): beside each matrix W of the layers above LOW two thin ones, whose product is added
to it. Two heads teach them: what a message does in its scene, which is kept, and what its figures are about, which is not.
The first hears the message as a whole, and besides each act seeks its own words in it (attention by label, Mullenbach et
al. 2018), since a long message does several things and its mean drowns them.
The layers below are read once and kept. Equal input gives nearly equal output: the order of sums on several cores is
not fixed.
"""

from __future__ import annotations

import math
import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

LOW, LAYERS, MIDDLE = 6, 12, 8
"""Layers up to LOW stay as they are; the middle depth is what the assistant reads beside the last."""
RANK, ROUNDS, BATCH = 32, 4, 48
RATE, HEADS_RATE, WARM_UP = 7e-4, 1.5e-3, 150
SHARED = 0.4
"""How much one answer shared among the acts counts beside a yes or no for each. Alone it would teach that a message does
one thing, and half of them do several."""
LIMITS = (0.2, 0.3, 0.4, 0.5, 0.6)
FORGET, UNSEEN = 0.1, 0.06
"""Dropout inside the layers, and the share of pieces that a step does not see."""
WIDTH, ATTENTION = 384, 12
PARTS = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
         "intermediate.dense", "output.dense")  # fmt: skip
HEAD = ("even", "words", "where", "said", "under", "crossed", "seek", "found")
BY_LABEL = ("words", "where", "crossed", "seek", "found")
Tensors = dict[str, torch.Tensor]


class Adapted(nn.Module):
    """A fixed matrix and what is learned beside it."""

    def __init__(self, weights: Tensors, name: str) -> None:
        super().__init__()
        self.fixed, self.shift = weights[name + ".weight"], weights[name + ".bias"]
        wide, narrow = self.fixed.shape
        self.a = nn.Parameter(torch.randn(RANK, narrow) / math.sqrt(narrow))
        self.b = nn.Parameter(torch.zeros(wide, RANK))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.fixed, self.shift) + F.linear(F.linear(x, self.a), self.b)


class Encoder:
    """The layers as BERT has them, over weights by BERT's names."""

    def __init__(self, weights: Tensors) -> None:
        self.weights = weights

    def embedded(self, ids: torch.Tensor) -> torch.Tensor:
        first = "embeddings."
        places = self.weights[first + "position_embeddings.weight"][: ids.shape[1]]
        summed = self.weights[first + "word_embeddings.weight"][ids] + places
        return self.evened(summed + self.weights[first + "token_type_embeddings.weight"][0], first + "LayerNorm")

    def evened(self, x: torch.Tensor, name: str) -> torch.Tensor:
        return F.layer_norm(x, (WIDTH,), self.weights[name + ".weight"], self.weights[name + ".bias"], 1e-12)

    def layer(self, x: torch.Tensor, seen: torch.Tensor, number: int, learned: Any = None, forget: float = 0.0) -> Any:
        name = f"encoder.layer.{number}."

        def through(part: str, y: torch.Tensor) -> torch.Tensor:
            if learned is not None:
                return learned[PARTS.index(part)](y)
            return F.linear(y, self.weights[name + part + ".weight"], self.weights[name + part + ".bias"])

        rows, pieces, _ = x.shape
        split = (through(part, x).view(rows, pieces, ATTENTION, -1).transpose(1, 2) for part in PARTS[:3])
        mixed = attended(*split, seen)
        out = through(PARTS[3], mixed.transpose(1, 2).reshape(rows, pieces, WIDTH))
        x = self.evened(F.dropout(out, forget, forget > 0) + x, name + "attention.output.LayerNorm")
        out = through(PARTS[5], F.gelu(through(PARTS[4], x)))
        return self.evened(F.dropout(out, forget, forget > 0) + x, name + "output.LayerNorm")


def attended(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
    """Written out: for messages of 25 pieces it is many times faster than PyTorch's own on a processor."""
    near = (query @ key.transpose(-1, -2)) / math.sqrt(query.shape[-1])
    return near.masked_fill(~seen[:, None, None, :], -1e4).softmax(-1).to(value.dtype) @ value


class Messages:
    """One of the two sets, with what the lower layers make of every message."""

    def __init__(self, data: Any, name: str, encoder: Encoder) -> None:
        ends = data[name + ".ends"]
        self.ids = [torch.from_numpy(one).long() for one in np.split(data[name + ".pieces"], ends[:-1])]
        self.scenes, self.right, self.counts = (
            torch.from_numpy(data[f"{name}.{one}"]).float() for one in ("scenes", "right", "counts")
        )
        self.figures: dict[int, list[list[int]]] = {}
        for row, *figure in data[name + ".figures"].tolist():
            self.figures.setdefault(row, []).append(figure)
        self.low = self._read(encoder)

    def _read(self, encoder: Encoder) -> list[torch.Tensor]:
        low: list[Any] = [None] * len(self.ids)
        order = sorted(range(len(self.ids)), key=lambda one: len(self.ids[one]))
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            for rows in (order[at : at + 64] for at in range(0, len(order), 64)):
                ids = nn.utils.rnn.pad_sequence([self.ids[one] for one in rows], batch_first=True)
                seen = nn.utils.rnn.pad_sequence([torch.ones(len(self.ids[one])) for one in rows], batch_first=True) > 0
                x = encoder.embedded(ids)
                for number in range(LOW):
                    x = encoder.layer(x, seen, number)
                for place, one in enumerate(rows):
                    low[one] = x[place, : len(self.ids[one])].half()
        return low

    def batches(self, *, shuffled: bool) -> list[list[int]]:
        """Rows of a length together, so that little is padding."""
        rows = list(range(len(self.ids)))
        if shuffled:
            random.shuffle(rows)
        chunk = BATCH * 50 if shuffled else len(rows)
        rows = [one for at in range(0, len(rows), chunk)
                for one in sorted(rows[at : at + chunk], key=lambda one: len(self.ids[one]))]  # fmt: skip
        found = [rows[at : at + BATCH] for at in range(0, len(rows), BATCH)]
        if shuffled:
            random.shuffle(found)
        return found


class Net(nn.Module):
    """The adapted layers and the two heads that teach them."""

    def __init__(self, encoder: Encoder, scene: int, acts: int, kinds: int, roles: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.adapted = nn.ModuleList(
            nn.ModuleList(Adapted(encoder.weights, f"encoder.layer.{number}.{part}") for part in PARTS)
            for number in range(LOW, LAYERS)
        )
        self.even, self.words, self.where = nn.LayerNorm(2 * WIDTH), nn.Linear(2 * WIDTH, acts), nn.Linear(scene, acts)
        self.said, self.under, self.crossed = nn.Linear(2 * WIDTH, 192), nn.Linear(scene, 192), nn.Linear(192, acts)
        self.seek, self.found = nn.Linear(WIDTH, acts, bias=False), nn.Linear(WIDTH, acts, bias=False)
        self.figure = nn.Sequential(nn.LayerNorm(WIDTH), nn.Dropout(0.1))
        self.kind, self.around = nn.Embedding(kinds, WIDTH), nn.Linear(scene, WIDTH, bias=False)
        self.role = nn.Sequential(nn.Linear(WIDTH, 256), nn.GELU(), nn.Linear(256, roles))

    def forward(self, of: Messages, rows: list[int]) -> tuple[Any, Any, Any]:
        """What each message does; what each of its figures is about, and what is right there."""
        x = nn.utils.rnn.pad_sequence([of.low[one].float() for one in rows], batch_first=True)
        mask = nn.utils.rnn.pad_sequence([torch.ones(len(of.ids[one])) for one in rows], batch_first=True)
        seen = mask > 0
        if self.training:
            unseen = torch.rand_like(mask) < UNSEEN
            unseen[:, 0] = False
            seen = seen & ~unseen
        middle = x
        for number, learned in enumerate(self.adapted, LOW):
            x = self.encoder.layer(x, seen, number, learned, FORGET if self.training else 0.0)
            middle = x if number + 1 == MIDDLE else middle
        scenes = of.scenes[rows]
        means = [(one * mask[..., None]).sum(1) / mask.sum(1, keepdim=True) for one in (x, middle)]
        heard = F.dropout(self.even(torch.cat(means, 1)), 0.15, self.training)
        acts = self.words(heard) + self.where(scenes) + self.crossed(torch.tanh(self.said(heard)) * self.under(scenes))
        return acts + self._sought(x, seen), *self._roles(of, rows, x, scenes)

    def _sought(self, x: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        """What the pieces say for each act that this act looks at."""
        share = self.seek(x).masked_fill(~seen[..., None], -1e4).softmax(1)
        return (share * self.found(F.dropout(x, 0.1, self.training))).sum(1)

    def _roles(self, of: Messages, rows: list[int], x: torch.Tensor, scenes: torch.Tensor) -> tuple[Any, Any]:
        spans = [(place, *one) for place, row in enumerate(rows) for one in of.figures.get(row, ())]
        if not spans:
            return None, None
        vectors = torch.stack([x[place, start:end].mean(0) for place, start, end, *_ in spans])
        kinds, places = torch.tensor([one[4] for one in spans]), torch.tensor([one[0] for one in spans])
        told = self.role(self.figure(vectors) + self.kind(kinds) + self.around(scenes[places]))
        return told, torch.tensor([one[3] for one in spans])


def loss_of(net: Net, of: Messages, rows: list[int]) -> torch.Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        acts, roles, right_roles = net(of, rows)
    acts = acts.float()
    right, counts = of.right[rows], of.counts[rows]
    shared = -(right * F.log_softmax(acts, 1)).sum(1)
    each = F.binary_cross_entropy_with_logits(acts, (right > 0).float(), reduction="none").sum(1)
    loss = ((SHARED * shared + each) * counts).sum() / counts.sum().clamp(min=1)
    return loss if roles is None else loss + 0.5 * F.cross_entropy(roles.float(), right_roles)


@torch.no_grad()
def right_shares(net: Net, of: Messages) -> tuple[float, float, float]:
    """Of messages whose likeliest act is right; F1 of all acts at the best of LIMITS; of figures whose role is right."""
    net.eval()
    roles_right, roles_all, scores, meant = 0, 0, [], []
    for rows in of.batches(shuffled=False):
        acts, roles, right_roles = net(of, rows)
        scores.append(acts.sigmoid())
        meant.append(of.right[rows] > 0)
        if roles is not None:
            roles_right += int((roles.argmax(1) == right_roles).sum())
            roles_all += len(right_roles)
    net.train()
    score, right = torch.cat(scores), torch.cat(meant)
    hits = right.gather(1, score.argmax(1, keepdim=True)).sum() / right.any(1).sum()
    found = [(heard & right).sum() * 2 / (heard.sum() + right.sum()) for heard in (score > limit for limit in LIMITS)]
    return float(hits), float(max(found)), roles_right / max(roles_all, 1)


def main(lessons: Path, target: Path) -> None:
    torch.manual_seed(1)
    random.seed(1)
    data = np.load(lessons)
    weights = {name[8:]: torch.from_numpy(data[name]) for name in data.files if name.startswith("weights.")}
    encoder = Encoder(weights)
    learn, held = Messages(data, "learn", encoder), Messages(data, "held", encoder)
    sizes = (learn.scenes.shape[1], learn.right.shape[1], len(data["kinds"]), len(data["roles"]))
    net = Net(encoder, *sizes)
    if target.is_file():
        go_on(net, np.load(target), [str(one) for one in data["labels"]])
    steps = ROUNDS * math.ceil(len(learn.ids) / BATCH)
    layers = list(net.adapted.parameters())
    heads = [one for name, one in net.named_parameters() if not name.startswith("adapted")]
    adam = torch.optim.AdamW([{"params": layers, "lr": RATE}, {"params": heads, "lr": HEADS_RATE}], weight_decay=0.01)
    rate = torch.optim.lr_scheduler.LambdaLR(adam, lambda at: min(1, (at + 1) / WARM_UP) * max(0.02, 1 - at / steps))
    for number in range(1, ROUNDS + 1):
        began, total = time.monotonic(), 0.0
        for rows in learn.batches(shuffled=True):
            loss = loss_of(net, learn, rows)
            adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            adam.step()
            rate.step()
            total += float(loss.detach())
        likeliest, acts, roles = right_shares(net, held)
        seconds = time.monotonic() - began
        print(f"round {number}: loss {total * BATCH / len(learn.ids):.3f}, {seconds:.0f} s; "
              f"held out: likeliest act {likeliest:.3f}, acts {acts:.3f}, roles {roles:.3f}", flush=True)  # fmt: skip
        save(net, data["labels"], target)


@torch.no_grad()
def go_on(net: Net, before: Any, labels: list[str]) -> None:
    """From what was learned earlier, at the same or a smaller rank; an act that it did not know begins anew."""
    for number, layer in enumerate(net.adapted, LOW):
        for part, one in zip(PARTS, layer):
            a, b = (torch.from_numpy(before[f"encoder.layer.{number}.{part}.{name}"]) for name in "AB")
            one.a[: len(a)], one.b[:, : len(a)] = a, b
    known = {str(label): at for at, label in enumerate(before["labels"])}
    here, there = zip(*((at, known[label]) for at, label in enumerate(labels) if label in known))
    for part in HEAD:
        for name, values in getattr(net, part).named_parameters():
            if f"head.{part}.{name}" not in before.files:
                continue
            told = torch.from_numpy(before[f"head.{part}.{name}"]).float()
            if part in BY_LABEL:
                values[list(here)] = told[list(there)]
            elif told.shape == values.shape:
                values.copy_(told)


def save(net: Net, labels: Any, target: Path) -> None:
    """By BERT's names the thin matrices, and the head of acts with its labels, in 16 bits."""
    told = {f"head.{part}.{name}": values.detach().numpy().astype(np.float16)
            for part in HEAD for name, values in getattr(net, part).named_parameters()}  # fmt: skip
    for number, layer in enumerate(net.adapted, LOW):
        for part, one in zip(PARTS, layer):
            for name, values in (("A", one.a), ("B", one.b)):
                told[f"encoder.layer.{number}.{part}.{name}"] = values.detach().numpy().astype(np.float16)
    np.savez_compressed(target, labels=labels, **told)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
