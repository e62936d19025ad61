//! Sequences: Python's `list`, `tuple`, `bytes` and `deque`.

use std::collections::{BinaryHeap, LinkedList, VecDeque};

use crate::class::Class;
use crate::error::Result;
use crate::loader::{Kind, Loader};
use crate::pickler::{Fixed, LaneWriter, Name, Saver, Stencil};
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::{Reduce, Sequence};
use crate::stack::deeper;
use crate::unpickler::LaneReader;

impl<T: Reduce> Reduce for [T] {
    #[inline]
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        T::reduce_slice(self, Sequence::List, saver)
    }

    #[inline]
    fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
        T::reduce_slice_lane(self, Sequence::List, name, lane)
    }
}

impl<T: Reduce> Reduce for Vec<T> {
    #[inline]
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        T::reduce_slice(self, Sequence::List, saver)
    }

    #[inline]
    fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
        T::reduce_slice_lane(self, Sequence::List, name, lane)
    }
}

impl<'de, T: Reconstruct<'de>> Reconstruct<'de> for Vec<T> {
    const STARTS: Starts = Starts::LIST.or(Starts::MARK).or(Starts::BYTES);

    #[inline]
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        T::reconstruct_vec(loader)
    }

    #[inline(always)]
    fn reconstruct_lane(lane: &mut LaneReader<'_, '_, 'de>) -> Result<Option<Self>> {
        lane.list()
    }

    fn vacant() -> Option<Self> {
        Some(Vec::new())
    }

    fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
        relink(self, loader)
    }
}

/// Relinks items in their order; bytes have nothing to relink.
fn relink<'de, 'v, T, L>(items: impl IntoIterator<Item = &'v T>, loader: &mut L) -> Result<()>
where
    T: Reconstruct<'de> + 'v,
    L: Loader<'de>,
{
    if !matches!(loader.peek()?, Kind::List | Kind::Tuple) {
        return Ok(());
    }
    deeper(|| {
        let mut values = items.into_iter();
        let mut items = loader.begin_list()?;
        while loader.next_item(&mut items)? {
            if let Some(value) = values.next() {
                value.relink(loader)?;
            }
        }
        Ok(())
    })
}

/// Borrows from the pickle, which must spell the bytes out.
impl<'de: 'a, 'a> Reconstruct<'de> for &'a [u8] {
    const STARTS: Starts = Starts::BYTES.atom();

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        match loader.load_bytes()? {
            std::borrow::Cow::Borrowed(bytes) => Ok(bytes),
            std::borrow::Cow::Owned(_) => {
                Err(loader.mismatch("bytes that the pickle spells out, to borrow"))
            }
        }
    }
}

/// A tuple, since its length is fixed; of `u8`, bytes.
impl<T: Reduce, const N: usize> Reduce for [T; N] {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        T::reduce_slice(self, Sequence::Tuple, saver)
    }

    #[inline]
    fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
        T::reduce_slice_lane(self, Sequence::Tuple, name, lane)
    }

    #[inline(always)]
    fn fixed() -> Fixed {
        Fixed::array::<T>(N)
    }

    #[inline(always)]
    fn reduce_fixed(&self, at: usize, stencil: &mut Stencil<'_>) {
        let at = stencil.begin_tuple(at, N);
        self.iter().fold(at, |at, item| stencil.element(at, item));
    }
}

impl<'de, T: Reconstruct<'de>, const N: usize> Reconstruct<'de> for [T; N] {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        T::reconstruct_array(loader)
    }

    fn reconstruct_lane(lane: &mut LaneReader<'_, '_, 'de>) -> Result<Option<Self>> {
        T::reconstruct_array_lane(lane)
    }

    fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
        relink(self, loader)
    }
}

/// A list.
impl<T: Reduce> Reduce for LinkedList<T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        deeper(|| {
            let mut list = saver.begin_list(self.len())?;
            for item in self {
                saver.item(&mut list, item)?;
            }
            saver.end_list(list)
        })
    }
}

impl<'de, T: Reconstruct<'de>> Reconstruct<'de> for LinkedList<T> {
    const STARTS: Starts = Starts::LIST.or(Starts::MARK);

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        T::reconstruct_vec(loader).map(LinkedList::from_iter)
    }

    fn vacant() -> Option<Self> {
        Some(LinkedList::new())
    }

    fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
        relink(self, loader)
    }
}

/// A list in the order in which the items are popped. That of a `BinaryHeap<Reverse<T>>` ascends, and
/// so is a heap of Python's `heapq`.
impl<T: Reduce + Ord> Reduce for BinaryHeap<T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let mut items: Vec<&T> = self.iter().collect();
        items.sort_unstable_by(|one, other| other.cmp(one));
        saver.save(&items)
    }
}

/// From a list in any order.
impl<'de, T: Reconstruct<'de> + Ord> Reconstruct<'de> for BinaryHeap<T> {
    const STARTS: Starts = Vec::<T>::STARTS;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        T::reconstruct_vec(loader).map(BinaryHeap::from)
    }
}

static DEQUE: Class = Class::new("collections", "deque");

/// A `collections.deque` without a maximal length.
impl<T: Reduce> Reduce for VecDeque<T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let mut call = saver.begin_call(&DEQUE, 0)?;
        saver.end_call(&mut call)?;
        let mut items = saver.list_items(self.len());
        for item in self {
            deeper(|| saver.item(&mut items, item))?;
        }
        saver.end_list_items(&items)?;
        saver.end_object(call)
    }
}

/// From a `deque`, whose maximal length is not kept, or a list or tuple.
impl<'de, T: Reconstruct<'de>> Reconstruct<'de> for VecDeque<T> {
    const STARTS: Starts = Starts::LIST.or(Starts::MARK).or(Starts::OBJECT);

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        if matches!(loader.peek_sequence()?, Some(Kind::List | Kind::Tuple)) {
            return T::reconstruct_vec(loader).map(VecDeque::from);
        }
        let mut deque = VecDeque::new();
        let mut object = loader.begin_object(&DEQUE)?;
        let found = loader.begin_args(&mut object, 0)?;
        if found > 0 {
            // As `deque(items, maxlen)`, which Python 2 writes for one with a maximal length.
            loader.next_arg(&mut object)?;
            deque = T::reconstruct_vec(loader)?.into();
        }
        for _ in 1..found {
            loader.next_arg(&mut object)?;
            loader.skip()?;
        }
        loader.end_args(&mut object)?;
        let mut items = loader.list_items(&mut object, T::STARTS)?;
        while loader.next_item(&mut items)? {
            deque.push_back(deeper(|| loader.load())?);
        }
        loader.end_object(object)?;
        Ok(deque)
    }

    fn vacant() -> Option<Self> {
        Some(VecDeque::new())
    }

    fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
        if matches!(loader.peek_sequence()?, Some(Kind::List | Kind::Tuple)) {
            return relink(self, loader);
        }
        let mut values = self.iter();
        let mut object = loader.begin_object(&DEQUE)?;
        loader.begin_args(&mut object, 0)?;
        if loader.more_args(&mut object)? {
            relink(&mut values, loader)?;
        }
        loader.end_args(&mut object)?;
        let mut items = loader.list_items(&mut object, T::STARTS)?;
        while loader.next_item(&mut items)? {
            if let Some(value) = values.next() {
                deeper(|| value.relink(loader))?;
            }
        }
        loader.end_object(object)
    }
}
